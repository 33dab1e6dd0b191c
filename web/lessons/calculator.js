const form = document.querySelector("#calculator form");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const numbers = new URLSearchParams(new FormData(form));
  const response = await fetch("/ajax/calc?" + numbers);
  const text = await response.text();
  const answer = JSON.parse(text);
  form.result.value = answer.error ? answer.message : answer.result;
  form.raw.value = response.status + "  " + text;
});
