const form = document.querySelector("#sign-in form");
const token = document.querySelector("[name=csrf-token]").content;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const response = await fetch("/ajax/login", {
    method: "POST",
    headers: { "X-CSRFToken": token },
    body: new FormData(form),
  });
  const answer = await response.json();
  form.result.value = answer.error ? answer.message : "✓";
  form.raw.value = response.status + "  " + JSON.stringify(answer);
  if (!answer.error) setTimeout(() => location.reload(), 900);
});
