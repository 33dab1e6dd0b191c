// Asks the server about what is typed: numbered, at most one on its way, the last one always asked.
// Not for what becomes of the answers (state.ts).
import { getJson, Refusal } from "../lib/http";
import { type Answer, readAnswer } from "./answers";
import type { Trouble } from "./state";

const REST_MS = 25; // between two requests while somebody types fast
const SLOW_MS = 150; // after this a person is told that it takes a while
const AGAIN_MS = 1200; // after the server asked for a pause

export type AskingEvents = {
  asked(number: number): void;
  slow(number: number): void;
  answered(number: number, query: string, answer: Answer): void;
  refused(number: number, trouble: Trouble): void;
};

export class Asking {
  private number = 0;
  private askedAt = Number.NEGATIVE_INFINITY;
  private timer = 0;
  private slowTimer = 0;
  private running: AbortController | null = null;

  constructor(
    private readonly workspace: string,
    private readonly events: AskingEvents,
  ) {}

  /** Ask about `query`: now, or when the last request is some milliseconds old. */
  ask(query: string): void {
    this.stop();
    const wait = this.askedAt + REST_MS - performance.now();
    if (wait <= 0) this.send(query);
    else this.timer = window.setTimeout(() => this.send(query), wait);
  }

  /** Forget what is on its way: nobody waits for it. */
  stop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.slowTimer);
    this.running?.abort();
    this.running = null;
  }

  private send(query: string): void {
    this.number += 1;
    const { number } = this;
    this.askedAt = performance.now();
    this.running = new AbortController();
    this.events.asked(number);
    this.slowTimer = window.setTimeout(() => this.events.slow(number), SLOW_MS);
    void this.request(number, query, this.running.signal);
  }

  private async request(number: number, query: string, signal: AbortSignal): Promise<void> {
    const address = `/ajax/search?${new URLSearchParams({ q: query, in: this.workspace })}`;
    try {
      const answer = readAnswer(await getJson(address, signal));
      if (!signal.aborted) this.done(() => this.events.answered(number, query, answer));
    } catch (error) {
      if (signal.aborted) return;
      this.done(() => this.events.refused(number, troubleOf(error)));
      const isBusy = error instanceof Refusal && error.status === 429;
      if (isBusy) this.timer = window.setTimeout(() => this.ask(query), AGAIN_MS);
    }
  }

  private done(tell: () => void): void {
    clearTimeout(this.slowTimer);
    this.running = null;
    tell();
  }
}

function troubleOf(error: unknown): Trouble {
  if (!(error instanceof Refusal)) throw error;
  const { status, message, hint } = error;
  if (status === 0) return { kind: "offline", message: "", hint: "" };
  if (status === 429) return { kind: "slow_down", message, hint };
  if (status === 401) return { kind: "signed_out", message: "", hint: "" };
  return { kind: "failed", message, hint };
}
