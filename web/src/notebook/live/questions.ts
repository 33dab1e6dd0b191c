// Questions of this page to the kernel that wait for their answers. Each ends: with the answer, the
// refusal, or an "offline"/"too_late" of our own. Not for operations on the document (session.ts).
import type { Answer, Question, Refused } from "./protocol";

const PATIENCE_MS = 10_000;

type Waiting = { resolve(answer: Answer): void; reject(refused: Refused): void; timer: number };

export class Questions {
  private readonly waiting = new Map<number, Waiting>();

  /** `send` says whether it went out. Rejects with a `Refused`. */
  ask(ref: number, question: Question, send: (question: Question) => boolean): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (!send(question)) {
        reject(refusal(ref, "offline"));
        return;
      }
      const timer = window.setTimeout(() => this.refused(refusal(ref, "too_late")), PATIENCE_MS);
      this.waiting.set(ref, { resolve, reject, timer });
    });
  }

  answered(answer: Answer): void {
    this.taken(answer.ref)?.resolve(answer);
  }

  /** Says whether `refused` was about a question. */
  refused(refused: Refused): boolean {
    const asked = this.taken(refused.ref);
    asked?.reject(refused);
    return asked !== undefined;
  }

  /** The line broke: no answer will come. */
  interrupted(): void {
    for (const ref of [...this.waiting.keys()]) this.refused(refusal(ref, "offline"));
  }

  private taken(ref: number): Waiting | undefined {
    const asked = this.waiting.get(ref);
    clearTimeout(asked?.timer);
    this.waiting.delete(ref);
    return asked;
  }
}

function refusal(ref: number, code: "offline" | "too_late"): Refused {
  return { t: "refused", ref, code, message: "", hint: "" };
}
