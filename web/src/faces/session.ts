// One press of the button: camera, conversation and window together, from opening to closed.
// Used by the sign-in page and by enrolment, which differ in the path, the words and the ending.
import { Camera, CameraError } from "./camera";
import { Ceremony, type Ending } from "./ceremony";
import type { Eye } from "./eye";
import { say, sayCode } from "./words";

const MOVEMENTS = new Set(["left", "right", "up", "nod", "closer", "tilt_left", "tilt_right"]);

export type Plan = {
  path: string;
  opening: object | null;
  /** Called with every ending but a person's own stop; the camera is closed already. */
  ended(ending: Ending): void;
  guided?(step: string): void;
};

export class Session {
  private camera: Camera | null = null;
  private ceremony: Ceremony | null = null;
  private over = false;
  private moved = false; // whether a movement was asked for

  constructor(
    private readonly eye: Eye,
    private readonly plan: Plan,
  ) {
    document.addEventListener("visibilitychange", this.leave);
    window.addEventListener("pagehide", this.leave);
  }

  async start(): Promise<void> {
    this.eye.state = "opening";
    this.eye.tell(say("opening"));
    try {
      const camera = await Camera.open(() => this.fail(say("gone")));
      if (this.over) {
        camera.close();
        return;
      }
      this.camera = camera;
    } catch (cause) {
      const code = cause instanceof CameraError ? cause.code : "no_camera";
      this.fail(say(code));
      return;
    }
    const camera = this.camera;
    this.eye.show(camera.video);
    this.ceremony = new Ceremony(this.plan.path, this.plan.opening, {
      frame: (small) => camera.frame(small),
      guide: (guide) => {
        this.eye.guide(guide);
        this.moved ||= MOVEMENTS.has(guide.step);
        this.plan.guided?.(guide.step);
      },
      waiting: (why) => (why === "broke" ? this.eye.restart(say(why)) : this.eye.mention(say(why))),
      ended: (ending) => this.end(ending),
    });
  }

  tell(words: object): void {
    this.ceremony?.tell(words);
  }

  /** The person closes the camera. */
  stop(): void {
    if (this.over) return;
    this.close();
    this.eye.state = "closed";
    this.eye.tell(say("stopped"));
  }

  /** Nobody looks at a page that is not shown: it must not look at anybody either. */
  private readonly leave = (event: Event) => {
    if (this.over || (event.type !== "pagehide" && !document.hidden)) return;
    this.stop();
    this.plan.ended({ t: "stopped" });
  };

  private fail(sentence: string): void {
    if (this.over) return;
    this.close();
    this.eye.state = "failed";
    this.eye.tell(sentence);
    this.plan.ended({ t: "refused", code: "camera", text: sentence, values: {} });
  }

  private end(ending: Ending): void {
    if (ending.t === "refused") {
      const moving = this.moved && ending.code === "not_recognised";
      this.fail(
        sayCode(moving ? "not_recognised_moving" : ending.code, ending.values, ending.text),
      );
    } else if (ending.t === "lost") {
      this.fail(say("lost"));
    } else {
      this.close();
      this.eye.state = "done";
      this.plan.ended(ending);
    }
  }

  private close(): void {
    this.over = true;
    document.removeEventListener("visibilitychange", this.leave);
    window.removeEventListener("pagehide", this.leave);
    this.ceremony?.stop();
    if (this.camera) this.eye.hide(this.camera.video);
    this.camera?.close();
  }
}
