// What a notebook's kernel is up to, in words: its state, what is wrong with it, what it uses.
// Pure; the top bar shows them. What the broker says of a death is in serverwords.ts.
import { ordinal, size } from "../lib/words";
import type { Kernel, Usage } from "./live/protocol";
import { sentence } from "./serverwords";
import { say } from "./words";

export type Trouble = {
  text: string;
  kind: "failed" | "waiting";
  act: "start_again" | "see_running" | null;
};

// Ends that are nobody's mistake: said in amber, not in red.
const QUIET = new Set([
  "culled",
  "stopped",
  "ended",
  "let_go",
  "broker_restarted",
  "adoption_failed",
]);

/** The state in two or three words, for the states that the document does not tell. */
export function kernelState({ state, reason, values }: Kernel): string | null {
  if (state === "starting") return say("starting");
  if (state !== "waiting") return null;
  if (reason === "own_limit") return say("waits_own");
  const place = placeOf(values);
  return place === 1 ? say("next_in_line") : say("in_line", { place: ordinal(place) });
}

/** Whether it ended by nobody's mistake. */
export function hasEndedQuietly({ reason }: Kernel): boolean {
  return QUIET.has(reason ?? "");
}

/** What to tell beneath the bar, and the one thing to do about it; null when all is well. */
export function kernelTrouble(kernel: Kernel): Trouble | null {
  const { state, reason, message, values = {} } = kernel;
  if (state === "waiting") {
    if (reason === "own_limit")
      return { text: say("own_limit"), kind: "waiting", act: "see_running" };
    const place = placeOf(values);
    const text = say(place === 1 ? "machine_full_next" : "machine_full", { place: ordinal(place) });
    return { text, kind: "waiting", act: null };
  }
  const hasEnded = state === "dead" || (state === "none" && reason !== null);
  if (!hasEnded || !message) return null;
  const text = sentence({ code: reason, message, values });
  return { text, kind: hasEndedQuietly(kernel) ? "waiting" : "failed", act: "start_again" };
}

/** "212 MB · 3 %", the same for a screen reader, and whether memory is nearly used up. */
export function usageWords(usage: Usage): { text: string; label: string; nearly: boolean } {
  const { memory, limit } = usage;
  const text = say("usage", { memory: size(memory), cpu: Math.round(usage.cpu ?? 0) });
  const label = limit
    ? say("usage_of", { usage: text, limit: size(limit) })
    : say("usage_free", { usage: text });
  return { text, label, nearly: limit > 0 && memory > 0.85 * limit };
}

function placeOf(values: Kernel["values"]): number {
  return Math.max(1, Number(values?.place) || 1);
}
