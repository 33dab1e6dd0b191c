// How long somebody may still be quiet: the server says it, this counts down between its answers.
// Pure: moments in, what to do out. Another tab may have been busy, so it asks before it warns.

export type Phase = "calm" | "ask" | "warn" | "over";

const LONGEST_WARNING = 60; // seconds
const SHARE = 1 / 3; // of a short quiet time
const ANSWER_SECONDS = 2; // after this, no answer is an answer

export class Quiet {
  private ends = Number.POSITIVE_INFINITY;
  private asked: number | null = null;

  /** `allowed`: the whole quiet time in seconds. */
  constructor(private readonly allowed: number) {}

  /** The server's answer: so many seconds are left at the moment `now` (seconds). */
  heard(left: number, now: number): void {
    this.ends = now + left;
    if (left > this.warning) this.asked = null;
  }

  /** Whole seconds until the end, never less than none. */
  left(now: number): number {
    return Math.max(0, Math.ceil(this.ends - now));
  }

  /** What is to be done at the moment `now`; "ask" is said once for each warning. */
  phase(now: number): Phase {
    const left = this.ends - now;
    if (left > this.warning) return "calm";
    if (this.asked === null) {
      this.asked = now;
      return "ask";
    }
    if (left <= 0) return "over";
    return now - this.asked < ANSWER_SECONDS && left > ANSWER_SECONDS ? "calm" : "warn";
  }

  private get warning(): number {
    return Math.min(LONGEST_WARNING, this.allowed * SHARE);
  }
}
