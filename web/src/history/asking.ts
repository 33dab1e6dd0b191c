// What the page of the history asks the server, by address. Not for showing anything.
import { getJson, postForm, Refusal } from "../lib/http";
import type { Output } from "../notebook/live/protocol";
import type { CellRow, Listing, People } from "./state";
import { say } from "./words";

export type Run = {
  cell: string;
  source: string;
  by: string;
  queued_at: number;
  started_at: number | null;
  ended_at: number;
  state: "done" | "failed" | "interrupted" | "lost";
  error: string;
  count: number | null;
};
export type Restored = { before: string | null; lost: number };

/** One notebook's history; `address` is /ajax/notebooks/<id>/history. All throw Refusal. */
export class Asking {
  constructor(private readonly address: string) {}

  versions(before = ""): Promise<Listing> {
    return this.get("", before ? { before } : {}) as Promise<Listing>;
  }

  async compare(old: string, fresh: string, signal: AbortSignal): Promise<CellRow[]> {
    const answer = await this.get("/compare", { old, new: fresh }, signal);
    return (answer as { rows: CellRow[] }).rows;
  }

  async outputs(version: string, cell: string): Promise<Output[]> {
    const answer = await this.get("/outputs", { version, cell });
    return (answer as { outputs: Output[] }).outputs;
  }

  runs(cell: string): Promise<{ runs: Run[]; people: People }> {
    return this.get("/runs", cell ? { cell } : {}) as Promise<{ runs: Run[]; people: People }>;
  }

  /** The text that a run ran. */
  async source(digest: string): Promise<string> {
    const response = await fetch(`${this.address}/sources/${digest}`);
    if (!response.ok) throw new Refusal(response.status, "", "");
    return response.text();
  }

  keep(name: string): Promise<unknown> {
    return postForm(`${this.address}/keep`, { name });
  }

  rename(version: string, name: string): Promise<unknown> {
    return postForm(`${this.address}/name`, { version, name });
  }

  restore(version: string, cell = ""): Promise<Restored> {
    return postForm(`${this.address}/restore`, { version, cell }) as Promise<Restored>;
  }

  forget(): Promise<unknown> {
    return postForm(`${this.address}/forget`, {});
  }

  private get(rest: string, query: Record<string, string>, signal?: AbortSignal): Promise<unknown> {
    const asked = new URLSearchParams(query).toString();
    return getJson(`${this.address}${rest}${asked && `?${asked}`}`, signal);
  }
}

/** What to tell a person when something was refused. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Refusal)) throw error;
  if (error.status === 0) return say("offline");
  return [error.message || say("failed"), error.hint].filter(Boolean).join(" ");
}
