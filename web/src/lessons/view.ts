// The lessons' page: colours the code that is shown. The lessons themselves run without this.
import "../../styles/lessons.css";
import { el } from "../lib/dom";
import { pieces } from "./colours";

export function mount(page: HTMLElement): void {
  for (const code of page.querySelectorAll<HTMLElement>("[data-part=code]")) {
    const coloured = pieces(code.textContent ?? "").map(({ kind, text }) =>
      kind ? el("span", { class: `code-${kind}` }, text) : document.createTextNode(text),
    );
    code.replaceChildren(...coloured);
  }
}
