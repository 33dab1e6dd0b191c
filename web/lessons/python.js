const form = document.querySelector("#python form");
const token = document.querySelector("meta[name=csrf-token]").content;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  form.querySelector("button").disabled = true;
  const response = await fetch("/ajax/runpython", {
    method: "POST",
    headers: { "X-CSRFToken": token },
    body: new FormData(form),
  });
  const answer = await response.json();
  form.querySelector(".result").textContent = answer.output ?? answer.message;
  form.querySelector(".raw").textContent = response.status + "  " + JSON.stringify(answer);
  form.querySelector("button").disabled = false;
});
