// Asks for matches: plain text at once, a regular expression from a worker that is ended when it takes
// too long ((a+)+$ on a long line takes years). Not for showing them (findbar.ts).
import { type Found, findAll, patternOf, type Query, type Source } from "./finding";

const LONGEST_MS = 1500;

export type Answer =
  | { kind: "found"; found: Found[] }
  | { kind: "no_pattern" } // not a regular expression
  | { kind: "too_slow" }
  | { kind: "overtaken" }; // another question was asked since

export class FindClient {
  private worker: Worker | null = null;
  private stop: ((answer: Answer) => void) | null = null;

  async ask(sources: Source[], query: Query, replacement: string): Promise<Answer> {
    this.stop?.({ kind: "overtaken" });
    if (!query.regexp) return { kind: "found", found: findAll(sources, query, replacement) };
    try {
      patternOf(query);
    } catch {
      return { kind: "no_pattern" };
    }
    return this.askWorker(sources, query, replacement);
  }

  destroy(): void {
    this.stop?.({ kind: "overtaken" });
    this.worker?.terminate();
    this.worker = null;
  }

  private askWorker(sources: Source[], query: Query, replacement: string): Promise<Answer> {
    const worker = this.worker ?? this.makeWorker();
    return new Promise((resolve) => {
      const done = (answer: Answer) => {
        clearTimeout(timer);
        this.stop = null;
        if (answer.kind !== "found") {
          worker.terminate(); // it still runs
          this.worker = null;
        }
        resolve(answer);
      };
      const timer = setTimeout(() => done({ kind: "too_slow" }), LONGEST_MS);
      this.stop = done;
      worker.onmessage = ({ data }) => done({ kind: "found", found: data });
      worker.onerror = () => done({ kind: "too_slow" });
      worker.postMessage({ sources, query, replacement });
    });
  }

  private makeWorker(): Worker {
    this.worker = new Worker(new URL("./findworker.ts", import.meta.url), { type: "module" });
    return this.worker;
  }
}
