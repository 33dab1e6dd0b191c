// Lists of tasks in Markdown, `- [ ] read` and `- [x] draw` (GitHub's extension), with boxes for the
// brackets. Only shown: a task is ticked in the source.
import "../../../styles/tasklists.css";
import { el } from "../../lib/dom";
import { say } from "../words";

const BRACKETS = /^\s*\[([ xX])\]\s+/;

/** Make boxes of the brackets that the lists in `box` begin with. */
export function showTasks(box: HTMLElement): void {
  for (const item of box.querySelectorAll("li")) {
    const first = item.firstElementChild?.localName === "p" ? item.firstElementChild : item;
    const text = [...first.childNodes].find((node) => node.textContent?.trim());
    if (!(text instanceof Text)) continue;
    const found = BRACKETS.exec(text.data);
    if (!found) continue;
    text.data = text.data.slice(found[0].length);
    const isDone = found[1] !== " ";
    const sign = el(
      "span",
      {
        class: "task-box",
        role: "img",
        "aria-label": say(isDone ? "task_done" : "task_open"),
      },
      isDone ? "✓" : "",
    );
    item.classList.add("task");
    first.prepend(sign, " ");
  }
}
