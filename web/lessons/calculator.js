const form = document.querySelector("#calculator form");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const numbers = new URLSearchParams(new FormData(form));
  const response = await fetch("/ajax/calc?" + numbers);
  const answer = await response.json();
  form.result.value = answer.error ? answer.message : answer.result;
  form.raw.value = response.status + "  " + JSON.stringify(answer);
});
