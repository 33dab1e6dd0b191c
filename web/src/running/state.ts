// What runs, as data: the server's answer checked on arrival, and in which words each row says it.
// Not for elements.
import { ordinal, size } from "../lib/words";
import { say } from "./words";

export type Person = { name: string; initials: string; own: boolean };
export type Running = {
  id: string;
  kind: "notebook" | "scratch" | "hidden";
  title: string | null;
  address: string | null;
  person: Person | null;
  state: "waiting" | "starting" | "idle" | "busy";
  place: number;
  reason: string | null;
  memory: number | null;
  limit: number;
  cpu: number | null;
  since: number;
  active: number;
};
export type Fence = {
  tier: "full" | "reduced" | "none";
  reason: string;
  message: string;
  parts: Record<string, string>;
};
export type Machine = {
  memory: { total?: number | null; free?: number | null; kernels?: number | null };
  kernels: number;
  most: number;
  waiting: number;
  driver: string;
  stock: number;
  missing: { module: string; why: string }[];
  network: "off" | "listed" | "public";
  hosts: string[];
  fence: Fence;
};
export type Now = { kernels: Running[]; machine: Machine | null };

/** Throws TypeError when the answer is not a list of kernels: a bug, never a person's doing. */
export function readNow(answer: unknown): Now {
  const { kernels, machine } = answer as Partial<Now>;
  if (!Array.isArray(kernels)) throw new TypeError("not a list of kernels");
  return { kernels: kernels.toSorted(inOrder), machine: machine ?? null };
}

// Those that run by their start, then the line by its places: rows keep their place on the page.
function inOrder(one: Running, other: Running): number {
  const waits = (kernel: Running) => (kernel.state === "waiting" ? 1 : 0);
  return waits(one) - waits(other) || one.place - other.place || one.since - other.since;
}

/** What a row is called. */
export function titleOf({ kind, title }: Running): string {
  if (kind === "scratch") return say("scratch");
  return title ?? say("hidden");
}

/** What to call it in a question and to a screen reader: with its person where that is another. */
export function subjectOf(kernel: Running): string {
  const { person, kind } = kernel;
  if (!person || person.own) return titleOf(kernel);
  return kind === "hidden" ? person.name : `${person.name}, ${titleOf(kernel)}`;
}

/** What it does, in words. `now` in milliseconds since 1970. */
export function stateOf(kernel: Running, now: number): string {
  switch (kernel.state) {
    case "waiting":
      if (kernel.reason === "own_limit")
        return say(kernel.person?.own === false ? "waits_theirs" : "waits_own");
      if (kernel.place <= 1) return say("waits_next");
      return say("waits", { place: ordinal(kernel.place) });
    case "starting":
      return say("starting");
    case "busy":
      return say("busy");
    case "idle":
      return say("idle", { time: span(now - kernel.active) });
  }
}

/** How long, to the minute: "12 min", "3 h". */
export function span(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return say("moment");
  if (minutes < 60) return say("minutes", { n: minutes });
  if (minutes < 48 * 60) return say("hours", { n: Math.floor(minutes / 60) });
  return say("days", { n: Math.floor(minutes / 60 / 24) });
}

/** "212 MB of 1 GB", and how much of it that is from 0 to 1 (null without a limit). */
export function memoryOf(
  memory: number | null,
  limit: number,
): { text: string; part: number | null } {
  if (memory === null) return { text: "–", part: null };
  if (!limit) return { text: size(memory), part: null };
  const part = Math.min(1, Math.max(0, memory / limit));
  return { text: say("of", { used: size(memory), most: size(limit) }), part };
}

/** "3 %" of one core; a kernel with several threads may use more than 100. */
export function cpuOf(cpu: number | null): string {
  return cpu === null ? "–" : say("percent", { n: Math.round(cpu) });
}
