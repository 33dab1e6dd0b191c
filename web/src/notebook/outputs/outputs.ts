// A cell's outputs as elements: kept while they only grow, replaced when they change, without a
// flicker where a picture takes another's place. Not for how one output looks (forms.ts).
import { el } from "../../lib/dom";
import { originOf } from "../live/document";
import { type Output, textOf } from "../live/protocol";
import { type OutputContext, richElement } from "./forms";
import { StreamView, tracebackElement } from "./stream";

export type { OutputContext, OutputPlaces } from "./forms";

type Shown = { origin: object; output: Output; element: HTMLElement; stream: StreamView | null };

const SWAP_MS = 1500; // a picture that does not come holds its predecessor no longer

/** The outputs of one cell. `update` touches only what changed. */
export class OutputList {
  readonly element = el("div", { class: "outputs" });
  private shown: Shown[] = [];

  constructor(private readonly context: OutputContext) {}

  update(outputs: readonly Output[]): void {
    const next = outputs.map((output, index) => this.show(output, this.shown[index]));
    next.forEach((item, index) => {
      const there = this.element.children[index];
      if (there !== item.element) this.element.insertBefore(item.element, there ?? null);
    });
    while (this.element.children.length > next.length) this.element.lastElementChild?.remove();
    this.shown = next;
  }

  private show(output: Output, before: Shown | undefined): Shown {
    if (before?.output === output) return before;
    const origin = originOf(output);
    if (output.output_type === "stream") {
      const name = output.name ?? "stdout";
      const stream =
        before?.stream?.name === name ? before.stream : new StreamView(name, this.context.text);
      stream.update(textOf(output.text), output.before ?? 0);
      return { origin, output, element: stream.element, stream };
    }
    if (output.output_type === "error") {
      const { traceback, ename, evalue } = output;
      const element = tracebackElement(traceback ?? [], ename ?? "", evalue ?? "");
      return { origin, output, element, stream: null };
    }
    return { origin, output, element: this.rich(output, before), stream: null };
  }

  // The place stays and its content changes: a new picture is shown once it is there.
  private rich(output: Output, before: Shown | undefined): HTMLElement {
    const place = before?.element.classList.contains("rich") ? before.element : null;
    const height = place?.offsetHeight ?? 0;
    const fresh = richElement(output, this.context, height);
    if (!place) return el("div", { class: "rich" }, fresh);
    const picture = fresh?.querySelector("img");
    const swap = () => {
      if (latest.get(place) === fresh) place.replaceChildren(...(fresh ? [fresh] : []));
    };
    latest.set(place, fresh);
    if (picture && typeof picture.decode === "function" && place.querySelector("img")) {
      picture.loading = "eager";
      const late = new Promise((done) => setTimeout(done, SWAP_MS));
      void Promise.race([picture.decode(), late]).then(swap, swap);
    } else swap();
    return place;
  }
}

/** What a place is to show next, so that a picture that comes late does not overtake. */
const latest = new WeakMap<HTMLElement, HTMLElement | null>();
