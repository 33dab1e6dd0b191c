const form = document.querySelector("#upload form");
const token = document.querySelector("meta[name=csrf-token]").content;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (sent) => {
    form.querySelector("progress").value = sent.loaded / sent.total;
  });
  request.addEventListener("load", () => {
    const answer = JSON.parse(request.responseText);
    form.querySelector(".result").textContent = answer.error ? answer.message : answer.name;
    form.querySelector(".raw").textContent = request.status + "  " + request.responseText;
  });
  request.open("POST", "/ajax/upload");
  request.setRequestHeader("X-CSRFToken", token);
  request.send(new FormData(form));
});
