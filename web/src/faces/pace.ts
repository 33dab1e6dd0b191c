// When the next frame goes: one is on its way over a short line, two over a long one, so that the
// server never waits for us and no frame is old when it is looked at. Knows no socket; told the time.

const EVERY_MS = 80; // a new guidance frame this often keeps words within 150 ms of a movement
const LONG_LINE_MS = 60; // to the server and back, without the server's own work
const THIN_LINE_MS = 220; // smaller pictures from here on
const SMOOTHING = 0.3;

export class Pace {
  /** When each frame left that has no answer yet, oldest first. */
  private leaving: number[] = [];
  private answered = 0;
  private last = Number.NEGATIVE_INFINITY;
  private line = 0;

  /** A frame leaves. */
  sent(at: number): void {
    this.leaving.push(at);
    this.last = at;
  }

  /** The server has answered `n` frames in all and looked at the last for `ms` milliseconds. */
  heard(n: number, ms: number, at: number): void {
    while (this.answered < n && this.leaving.length > 0) {
      const left = this.leaving.shift() ?? at;
      this.answered += 1;
      if (this.answered < n) continue;
      const line = Math.max(0, at - left - ms);
      this.line = this.answered === 1 ? line : this.line + SMOOTHING * (line - this.line);
    }
  }

  /** Milliseconds until the next frame may go; null: not before another answer. */
  wait(at: number): number | null {
    if (this.leaving.length >= (this.line > LONG_LINE_MS ? 2 : 1)) return null;
    return Math.max(0, this.last + EVERY_MS - at);
  }

  /** For how long the oldest frame has waited for its answer. */
  overdue(at: number): number {
    const oldest = this.leaving[0];
    return oldest === undefined ? 0 : at - oldest;
  }

  /** Whether pictures should be smaller than usual. */
  get isThin(): boolean {
    return this.line > THIN_LINE_MS;
  }
}
