// The widgets' models of one notebook, as the kernel has them: state by comm id, kept up to date by
// frames, changed from here by what a person does. Not for elements (view.ts).
// Protocol: https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md
import type { BrokerFrame } from "../notebook/live/protocol";
import { followLink } from "./links";

export type State = Record<string, unknown>;
export type CommFrames = Extract<BrokerFrame, { t: "widgets" } | { t: "comm" }>;
export type Send = (comm: string, data: Record<string, unknown>, buffers: string[]) => void;

const SEND_MS = 50; // between two updates of one model: a slider says a lot
const QUIET_MS = 300; // what the kernel says of something we just changed waits as long
const MOST_MODELS = 20_000;

export type Model = {
  readonly id: string;
  state: State;
  /** Whether the kernel has it: after its end the last state stays to be looked at. */
  live: boolean;
};

type Waiting = { patch: State; timer: number };
type Held = { values: State; until: Record<string, number>; timer: number };

export class Comms {
  private readonly models = new Map<string, Model>();
  private readonly watchers = new Map<string, Set<(changed: State) => void>>();
  private readonly waiting = new Map<string, Waiting>();
  private readonly held = new Map<string, Held>();

  /** Whether this page may change anything: who only reads sees what the others do. */
  writable = true;

  constructor(private readonly send: Send) {}

  model(id: string): Model | undefined {
    return this.models.get(id);
  }

  /** The model that a value of the form "IPY_MODEL_<id>" names. */
  referred(value: unknown): Model | undefined {
    const name = typeof value === "string" ? value : "";
    return name.startsWith(REFERENCE) ? this.model(name.slice(REFERENCE.length)) : undefined;
  }

  /** `watch` hears of every change of the model, also of its coming and its end. */
  watch(id: string, watch: (changed: State) => void): () => void {
    const all = this.watchers.get(id) ?? new Set();
    this.watchers.set(id, all.add(watch));
    return () => {
      all.delete(watch);
      if (all.size === 0) this.watchers.delete(id);
    };
  }

  /** A frame of the broker. */
  receive(frame: CommFrames): void {
    if (frame.t === "widgets") {
      for (const [id, { data, buffers }] of Object.entries(frame.models))
        this.open(id, data, [...buffers]);
      for (const id of this.models.keys()) if (!(id in frame.models)) this.close(id);
    } else if (frame.kind === "open") this.open(frame.comm, frame.data, frame.buffers);
    else if (frame.kind === "close") this.close(frame.comm);
    else this.heard(frame.comm, frame.data, frame.buffers);
  }

  /** The kernel is gone: everything stays as it was last. */
  end(): void {
    for (const id of this.models.keys()) this.close(id);
  }

  /** A person changed something here. Told to the kernel soon, in the order it happened. */
  change(id: string, patch: State): void {
    const model = this.models.get(id);
    if (!model?.live || !this.writable) return;
    const news = differing(model.state, patch);
    if (Object.keys(news).length === 0) return;
    model.state = { ...model.state, ...news };
    this.hold(id, news);
    const waits = this.waiting.get(id);
    if (waits) waits.patch = { ...waits.patch, ...news };
    else {
      const timer = window.setTimeout(() => this.sendWaiting(id), SEND_MS);
      this.waiting.set(id, { patch: {}, timer });
      this.sendState(id, news);
    }
    this.tell(id, news);
  }

  /** A message of the widget's own kind, such as a click. */
  custom(id: string, content: Record<string, unknown>): void {
    if (!this.models.get(id)?.live || !this.writable) return;
    this.sendWaiting(id);
    this.send(id, { method: "custom", content }, []);
  }

  /** A change with content too large for JSON: `value` at `path` of the state. */
  changeBytes(id: string, patch: State, paths: (string | number)[][], buffers: string[]): void {
    if (!this.models.get(id)?.live || !this.writable) return;
    this.send(id, { method: "update", state: patch, buffer_paths: paths }, buffers);
  }

  private open(id: string, data: Record<string, unknown>, buffers: string[]): void {
    if (this.models.size >= MOST_MODELS && !this.models.has(id)) return;
    const state = withBuffers((data.state ?? {}) as State, data.buffer_paths, buffers);
    this.models.set(id, { id, state, live: true });
    this.tell(id, state);
    if (typeof state._model_name === "string") followLink(this, id, state._model_name);
  }

  private close(id: string): void {
    const model = this.models.get(id);
    if (!model?.live) return;
    model.live = false;
    clearTimeout(this.waiting.get(id)?.timer);
    this.waiting.delete(id);
    this.tell(id, {});
  }

  private heard(id: string, data: Record<string, unknown>, buffers: string[]): void {
    const model = this.models.get(id);
    if (!model || (data.method !== "update" && data.method !== "echo_update")) return;
    const news = withBuffers((data.state ?? {}) as State, data.buffer_paths, buffers);
    this.apply(id, model, this.unlessHeld(id, news));
  }

  private apply(id: string, model: Model, news: State): void {
    const changed = differing(model.state, news);
    if (Object.keys(changed).length === 0) return;
    model.state = { ...model.state, ...changed };
    this.tell(id, changed);
  }

  // Echoes of what we said a moment ago must not pull a slider back under the finger. What the kernel
  // says meanwhile is kept, and its last word holds once we are quiet.
  private hold(id: string, news: State): void {
    const held = this.held.get(id) ?? { values: {}, until: {}, timer: 0 };
    for (const name of Object.keys(news)) {
      held.until[name] = Date.now() + QUIET_MS;
      delete held.values[name];
    }
    this.held.set(id, held);
    clearTimeout(held.timer);
    held.timer = window.setTimeout(() => this.release(id), QUIET_MS + 20);
  }

  private unlessHeld(id: string, news: State): State {
    const held = this.held.get(id);
    if (!held) return news;
    const free: State = {};
    for (const [name, value] of Object.entries(news))
      if (name in held.until) held.values[name] = value;
      else free[name] = value;
    return free;
  }

  private release(id: string): void {
    const held = this.held.get(id);
    const model = this.models.get(id);
    this.held.delete(id);
    if (held && model) this.apply(id, model, held.values);
  }

  private sendWaiting(id: string): void {
    const waits = this.waiting.get(id);
    if (!waits) return;
    clearTimeout(waits.timer);
    this.waiting.delete(id);
    if (Object.keys(waits.patch).length === 0) return;
    this.sendState(id, waits.patch);
    const timer = window.setTimeout(() => this.sendWaiting(id), SEND_MS);
    this.waiting.set(id, { patch: {}, timer });
  }

  private sendState(id: string, state: State): void {
    this.send(id, { method: "update", state, buffer_paths: [] }, []);
  }

  private tell(id: string, changed: State): void {
    for (const watch of [...(this.watchers.get(id) ?? [])]) {
      try {
        watch(changed);
      } catch (error) {
        console.warn("A widget could not follow its model", error); // the others still do
      }
    }
  }
}

const REFERENCE = "IPY_MODEL_";

function differing(state: State, patch: State): State {
  return Object.fromEntries(
    Object.entries(patch).filter(([name, value]) => !same(state[name], value)),
  );
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a instanceof Uint8Array || b instanceof Uint8Array) return false;
  return typeof a === "object" && typeof b === "object" && JSON.stringify(a) === JSON.stringify(b);
}

/** `state` with the bytes of `buffers` at `paths`. A path that leads nowhere is left out. */
export function withBuffers(state: State, paths: unknown, buffers: readonly string[]): State {
  if (!Array.isArray(paths) || paths.length === 0) return state;
  const whole = structuredClone(state);
  paths.forEach((path: unknown, index) => {
    const base64 = buffers[index];
    if (!Array.isArray(path) || path.length === 0 || base64 === undefined) return;
    let place: unknown = whole;
    for (const step of path.slice(0, -1)) place = ownOf(place, String(step));
    const last = String(path.at(-1));
    if (typeof place === "object" && place !== null && !FORBIDDEN.has(last))
      (place as Record<string, unknown>)[last] = bytesOf(base64);
  });
  return whole;
}

// Never by way of a prototype, which all objects share.
function ownOf(place: unknown, name: string): unknown {
  if (typeof place !== "object" || place === null || !Object.hasOwn(place, name)) return undefined;
  return (place as Record<string, unknown>)[name];
}

const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
