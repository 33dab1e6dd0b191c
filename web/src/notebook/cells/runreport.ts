// Says aloud how runs ended, for a screen reader. Not for what a cell's margin shows (margin.ts).
import type { NotebookDocument } from "../live/document";
import type { Cell, Run } from "../live/protocol";
import { duration, say } from "../words";

export class RunReport {
  private runs = new Map<string, Run | null>();

  constructor(private readonly speak: (text: string) => void) {}

  /** Speak of each cell that ran when last looked at and runs no more. */
  update(shown: NotebookDocument): void {
    const before = this.runs;
    this.runs = new Map();
    shown.order.forEach((id, index) => {
      const cell = shown.cells.get(id);
      if (!cell) return;
      this.runs.set(id, cell.run);
      const was = before.get(id)?.state;
      if (was === "running" && cell.run?.state !== "running") this.speak(outcome(cell, index + 1));
    });
  }
}

function outcome(cell: Cell, n: number): string {
  const { run } = cell;
  const time = duration((run?.ended_at ?? 0) - (run?.started_at ?? run?.ended_at ?? 0));
  if (run?.state === "done") return say("said_done", { n, time });
  const error = cell.outputs.findLast((output) => output.output_type === "error");
  if (run?.state === "failed") return say("said_failed", { n, error: error?.ename ?? "" });
  return say("said_stopped", { n });
}
