// Enrolment: the page asks for consent first (without this script); here the camera gets to know
// the person, pose by pose, as the server asks.
import { need } from "../lib/dom";
import type { Ending } from "./ceremony";
import { Eye } from "./eye";
import { Session } from "./session";
import { say } from "./words";

const PATH = "/ws/faces/enrol";

export function mount(stage: HTMLElement): void {
  const eye = new Eye(stage);
  const open = need<HTMLButtonElement>(stage, ".face-open");
  const skip = need<HTMLButtonElement>(stage, ".face-skip");
  const stop = need<HTMLButtonElement>(stage, ".face-stop");
  const finish = need<HTMLAnchorElement>(stage, ".face-finish");
  let session: Session | null = null;

  const ended = (ending: Ending) => {
    session = null;
    skip.hidden = true;
    stop.hidden = true;
    if (ending.t === "done") {
      eye.tell(say(ending.alike ? "done_alike" : "done"));
      open.hidden = true;
      finish.hidden = false;
      finish.classList.add("primary");
      finish.focus();
      return;
    }
    open.hidden = false;
    open.textContent = say("again");
    open.focus();
  };

  open.hidden = false;
  open.addEventListener("click", () => {
    open.hidden = true;
    stop.hidden = false;
    stop.focus();
    session = new Session(eye, {
      path: PATH,
      opening: null,
      ended,
      guided: (step) => {
        skip.hidden = step === "centre";
      },
    });
    void session.start();
  });
  skip.addEventListener("click", () => session?.tell({ op: "skip" }));
  const close = () => {
    if (!session) return;
    session.stop();
    ended({ t: "stopped" });
  };
  stop.addEventListener("click", close);
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
}
