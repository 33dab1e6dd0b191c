const form = document.querySelector("#upload form");
const token = document.querySelector("[name=csrf-token]").content;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const request = new XMLHttpRequest();
  request.upload.onprogress = (sent) => {
    const bar = form.querySelector("progress");
    bar.value = sent.loaded / sent.total;
  };
  request.onload = () => {
    const answer = JSON.parse(request.responseText);
    form.result.value = answer.error ? answer.message : answer.name;
    form.raw.value = request.status + "  " + JSON.stringify(answer);
  };
  request.open("POST", "/ajax/upload");
  request.setRequestHeader("X-CSRFToken", token);
  request.send(new FormData(form));
});
