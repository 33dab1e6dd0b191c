// One row for each kernel: made once, then only its words change, so that focus and place stay.
import { el } from "../lib/dom";
import { ago, language } from "../lib/words";
import { cpuOf, memoryOf, type Running, stateOf, subjectOf, titleOf } from "./state";
import { say } from "./words";

const EXACT = new Intl.DateTimeFormat(language(), { dateStyle: "full", timeStyle: "short" });

export class Row {
  readonly element = el("li", { class: "kernel" });
  readonly stop: HTMLButtonElement;
  private readonly title = el("a", { class: "kernel-title" });
  private readonly state = el("span", { class: "kernel-state quiet small" });
  private readonly memory = fact("memory");
  private readonly cpu = fact("cpu");
  private readonly since = fact("since");
  private readonly gauge = el("span", { class: "gauge", "aria-hidden": "true" });

  constructor(kernel: Running, named: boolean, stop: () => void) {
    const { person } = kernel;
    const head = el("span", { class: "kernel-head" });
    if (named && person) {
      const mark = el("span", { class: "person", "aria-hidden": "true" }, person.initials);
      this.element.append(mark);
      const own = person.own && el("span", { class: "mark" }, say("you"));
      head.append(el("span", { class: "kernel-person" }, person.name, own && " ", own));
    }
    if (!(named && person && kernel.kind === "hidden")) head.append(this.title);
    const name = el("div", { class: "kernel-name" }, head, this.state);
    this.memory.box.append(this.gauge);
    this.stop = el("button", { type: "button", onclick: stop }, say("stop"));
    const facts = el("div", { class: "kernel-facts" });
    facts.append(this.memory.box, this.cpu.box, this.since.box);
    this.element.append(name, facts, this.stop);
    this.stop.setAttribute("aria-label", say("stop_one", { title: subjectOf(kernel) }));
  }

  show(kernel: Running, now: number): void {
    const { dataset } = this.element;
    dataset.state = kernel.state;
    put(this.title, titleOf(kernel));
    if (kernel.address) this.title.href = kernel.address;
    put(this.state, stateOf(kernel, now));
    const { text, part } = memoryOf(kernel.memory, kernel.limit);
    put(this.memory.value, text);
    this.gauge.hidden = part === null;
    this.gauge.style.setProperty("--part", String(part ?? 0));
    this.gauge.classList.toggle("nearly", (part ?? 0) > 0.85);
    put(this.cpu.value, cpuOf(kernel.cpu));
    put(this.since.value, ago(kernel.since, now));
    this.since.box.title = EXACT.format(kernel.since);
    const waits = kernel.state === "waiting";
    for (const { box } of [this.memory, this.cpu, this.since]) box.classList.toggle("none", waits);
  }
}

type Fact = { box: HTMLElement; value: HTMLElement };

function fact(name: "memory" | "cpu" | "since"): Fact {
  const value = el("span", { class: "value" });
  const label = el("span", { class: "label quiet" }, say(name), " ");
  return { box: el("span", { class: `fact ${name}` }, label, value), value };
}

/** Text that did not change is left alone: a screen reader would read it out again. */
export function put(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
