// A widget in an output: finds its model, draws it with a renderer of ours, follows it, and says so
// when Python no longer hears. Several views of one model show the same. See docs/decisions/0015.
import "../../styles/widgets.css";
import { el } from "../lib/dom";
import type { OutputContext } from "../notebook/outputs/forms";
import { say } from "../notebook/outputs/outputwords";
import { boxes } from "./boxes";
import { choices } from "./choices";
import type { Comms, Model, State } from "./comms";
import { fields } from "./fields";
import { layOut, paint } from "./looks";
import { shows } from "./shows";
import { sliders } from "./sliders";

/** One drawn widget. `update` gets what changed, and the whole state first. */
export type View = { element: HTMLElement; update(state: State): void; destroy?(): void };
/** What a renderer may use of the model it draws. */
export type Handle = {
  readonly id: string;
  readonly state: State;
  readonly live: boolean;
  change(patch: State): void;
  custom(content: Record<string, unknown>): void;
  changeBytes(patch: State, paths: (string | number)[][], buffers: string[]): void;
  /** The element of another model that this one names, such as a child. */
  child(reference: unknown): HTMLElement | null;
  readonly context: OutputContext;
};
export type Maker = (handle: Handle) => View;

const MAKERS: Record<string, Maker> = { ...fields, ...choices, ...sliders, ...boxes, ...shows };
const WAIT_MS = 1500; // a model may come a moment after the output that shows it
const DEPTH = 30;

/** The widget `id`; until its model is there, and when it never comes, its text form. */
export function widgetElement(
  id: string,
  text: string,
  comms: Comms,
  context: OutputContext,
): HTMLElement {
  const place = el("div", { class: "widget-place" });
  const draw = () => {
    const model = comms.model(id);
    if (!model) return false;
    place.replaceChildren(mounted(model, comms, context, text, 0));
    return true;
  };
  if (draw()) return place;
  const stop = comms.watch(id, () => draw() && stop());
  setTimeout(() => {
    if (place.firstChild) return;
    place.append(el("p", { class: "quiet" }, say("widget_gone")), textForm(text));
  }, WAIT_MS);
  return place;
}

function mounted(
  model: Model,
  comms: Comms,
  context: OutputContext,
  text: string,
  depth: number,
): HTMLElement {
  const { id } = model;
  const name = String(model.state._view_name ?? model.state._model_name ?? "");
  const make = MAKERS[name];
  if (!make || depth > DEPTH) return unknown(name, text || String(model.state.description ?? ""));
  const handle: Handle = {
    id,
    context,
    get state() {
      return comms.model(id)?.state ?? model.state;
    },
    get live() {
      return comms.model(id)?.live ?? false;
    },
    change: (patch) => comms.change(id, patch),
    custom: (content) => comms.custom(id, content),
    changeBytes: (patch, paths, buffers) => comms.changeBytes(id, patch, paths, buffers),
    child: (reference) => {
      const other = comms.referred(reference);
      return other ? mounted(other, comms, context, "", depth + 1) : null;
    },
  };
  const view = make(handle);
  view.element.classList.add("widget");
  const follow = new Follower(handle, view, comms, depth === 0);
  follow.begin();
  return follow.element;
}

// Draws what changed, its looks too; says once, at the top, when Python no longer hears.
class Follower {
  readonly element: HTMLElement;
  private readonly note: HTMLElement | null;
  private readonly stops: (() => void)[] = [];
  private wasThere = false;

  constructor(
    private readonly handle: Handle,
    private readonly view: View,
    private readonly comms: Comms,
    isTop: boolean,
  ) {
    this.note = isTop ? el("p", { class: "quiet widget-note", hidden: true }) : null;
    this.element = this.note ? el("div", {}, view.element, this.note) : view.element;
  }

  begin(): void {
    const { handle, view, comms } = this;
    this.stops.push(comms.watch(handle.id, (changed) => this.follow(changed)));
    for (const part of ["layout", "style"]) {
      const other = comms.referred(handle.state[part]);
      if (other) this.stops.push(comms.watch(other.id, () => this.dress()));
    }
    view.update(handle.state);
    this.dress();
    this.enable();
  }

  private follow(changed: State): void {
    if (this.element.isConnected) this.wasThere = true;
    else if (this.wasThere) {
      this.end();
      return;
    }
    this.view.update(changed);
    if ("layout" in changed || "style" in changed) this.dress();
    this.enable();
  }

  private end(): void {
    for (const stop of this.stops) stop();
    this.view.destroy?.();
  }

  private dress(): void {
    const { handle, view, comms } = this;
    layOut(view.element, comms.referred(handle.state.layout)?.state);
    paint(view.element, comms.referred(handle.state.style)?.state);
  }

  private enable(): void {
    const { live, state } = this.handle;
    const off = !live || !this.comms.writable || state.disabled === true;
    const all = this.view.element.querySelectorAll<HTMLInputElement>(
      "input, button, select, textarea",
    );
    const own = [...all].filter((one) => one.closest(".widget") === this.view.element);
    const self = this.view.element as HTMLInputElement;
    for (const one of "disabled" in self ? [self, ...own] : own)
      if (!one.closest("[data-always]")) one.disabled = off;
    if (!this.note) return;
    this.note.hidden = live;
    this.note.textContent = live ? "" : say("widget_gone");
  }
}

function unknown(name: string, text: string): HTMLElement {
  const words = say("widget_unknown", { name: name.replace(/(View|Model)$/, "") || "?" });
  return el("div", { class: "widget" }, el("p", { class: "quiet" }, words), textForm(text));
}

function textForm(text: string): HTMLElement {
  return el("pre", { class: "stream-text" }, text);
}
