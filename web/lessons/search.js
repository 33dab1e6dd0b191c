const form = document.querySelector("#search form");
const list = form.querySelector("ul");
let timer;
let question = new AbortController();

// "input" also comes while a syllable is being composed.
form.q.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, 30); // one question for several quick keys
});

async function ask() {
  question.abort(); // nobody waits for the last one any more
  question = new AbortController();
  const { signal } = question;
  const query = new URLSearchParams({ q: form.q.value });
  try {
    const response = await fetch("/ajax/search?" + query, { signal });
    const answer = await response.json();
    if (signal.aborted) return; // a newer question is on its way
    show(answer);
    form.raw.value = response.status + "  " + JSON.stringify(answer);
  } catch (error) {
    if (error.name !== "AbortError") form.result.value = error.message;
  }
}

function show(answer) {
  const found = (answer.groups ?? []).flatMap((group) => group.items);
  const lines = found.slice(0, 5).map((item) => {
    const line = document.createElement("li");
    line.textContent = item.title.map(([text]) => text).join("");
    return line;
  });
  list.replaceChildren(...lines);
  form.result.value = answer.message ?? found.length;
}

form.addEventListener("submit", (event) => event.preventDefault());
form.q.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  form.q.value = list.firstChild?.textContent ?? form.q.value;
  ask();
});
