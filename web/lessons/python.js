const form = document.querySelector("#python form");
const token = document.querySelector("[name=csrf-token]").content;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  form.run.disabled = true;
  const response = await fetch("/ajax/runpython", {
    method: "POST",
    headers: { "X-CSRFToken": token },
    body: new FormData(form),
  });
  const answer = await response.json();
  form.result.value = answer.output ?? answer.message;
  form.raw.value = response.status + "  " + JSON.stringify(answer);
  form.run.disabled = false;
});
