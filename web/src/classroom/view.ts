// On every page of somebody signed in at a classroom device: counts how long nobody did anything,
// warns, and leaves; by the button, by the key, or because the stay is over.
import { confirmed } from "../lib/dialog";
import { need } from "../lib/dom";
import { prop } from "../lib/props";
import { Socket } from "../lib/socket";
import { allSent, endStay, signOut } from "./ending";
import { hasGone, mayLook } from "./look";
import { Quiet } from "./quiet";
import { Warning } from "./warning";
import { say } from "./words";
import "../../styles/sheets.css";

const PATH = "/ws/classroom/stay";
const HERE_EVERY = 10; // seconds between two words to the server
const ARMED_MS = 6000; // so long a second press counts
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchmove"] as const;

export function mount(element: HTMLElement): void {
  new Stay(Number(prop(element, "idle")) * 60);
  new Leaving(element);
  window.addEventListener("pageshow", (event) => event.persisted && endStay());
}

const seconds = () => performance.now() / 1000;

class Stay {
  private readonly quiet: Quiet;
  private readonly socket: Socket;
  private readonly warning = new Warning(() => this.here());
  private saidAt = Number.NEGATIVE_INFINITY;
  private pointer = "";
  private isWarning = false;

  constructor(allowed: number) {
    this.quiet = new Quiet(allowed);
    this.quiet.heard(allowed, seconds());
    this.socket = new Socket(PATH, {
      opened: () => {},
      received: (data) => this.heard(data),
      closed: (_code, again) => again === null && endStay(),
    });
    for (const sign of SIGNS)
      window.addEventListener(sign, (event) => this.seen(event), { capture: true, passive: true });
    window.setInterval(() => this.tick(), 1000);
    document.addEventListener("visibilitychange", () => document.hidden || this.ask());
  }

  private seen(event: Event): void {
    if (!event.isTrusted || this.hasOnlyScrolled(event)) return;
    const rest = this.isWarning ? 1 : HERE_EVERY;
    if (seconds() - this.saidAt >= rest) this.here();
  }

  // Browsers say that the pointer moved when the page moved under it.
  private hasOnlyScrolled(event: Event): boolean {
    if (event.type !== "pointermove") return false;
    const { screenX, screenY } = event as PointerEvent;
    const before = this.pointer;
    this.pointer = `${screenX} ${screenY}`;
    return before === this.pointer || before === "";
  }

  private here(): void {
    this.saidAt = seconds();
    this.socket.send('{"op":"here"}');
  }

  private ask(): void {
    this.socket.retry();
    this.socket.send('{"op":"ask"}');
  }

  private heard(data: string | ArrayBuffer): void {
    const said = JSON.parse(String(data)) as { t?: string; seconds?: number };
    if (said.t !== "left" || typeof said.seconds !== "number") return;
    this.quiet.heard(said.seconds, seconds());
    this.tick();
  }

  private tick(): void {
    const phase = this.quiet.phase(seconds());
    if (phase === "ask") this.ask();
    if (phase === "over") endStay();
    this.isWarning = phase === "warn";
    if (this.isWarning) this.warning.show(this.quiet.left(seconds()));
    else this.warning.hide();
  }
}

class Leaving {
  private readonly button: HTMLButtonElement;
  private readonly hint: HTMLElement;
  private isLooking = false;
  private armed = 0;

  constructor(private readonly element: HTMLElement) {
    this.button = need(element, ".leave-button");
    this.hint = need(element, ".leave-hint");
    need(element, "form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.leave();
    });
    window.addEventListener("keydown", (event) => this.pressed(event), { capture: true });
  }

  private pressed(event: KeyboardEvent): void {
    // The place of the key: with a Korean layout, or Alt on a Mac, it says another letter.
    const isKey = event.code === "KeyL" && event.altKey;
    if (!isKey || event.ctrlKey || event.metaKey || event.shiftKey || event.repeat) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.isLooking || this.armed) void this.leave();
    else void this.look();
  }

  private async look(): Promise<void> {
    this.isLooking = true;
    const gone =
      this.element.dataset.face === "yes" && (await mayLook()) && (await hasGone(this.element));
    this.isLooking = false;
    if (gone) endStay();
    else this.arm();
  }

  private arm(): void {
    clearTimeout(this.armed);
    this.tell(say("once_more", { keys: "Alt L" }));
    this.armed = window.setTimeout(() => {
      this.armed = 0;
      this.tell("");
    }, ARMED_MS);
  }

  private tell(sentence: string): void {
    this.hint.textContent = sentence;
  }

  private async leave(): Promise<void> {
    this.button.disabled = true;
    this.tell(say("sending"));
    if ((await allSent()) || (await this.isSure())) {
      await signOut();
      return;
    }
    this.button.disabled = false;
    this.tell("");
  }

  private isSure(): Promise<boolean> {
    return confirmed(say("unsent_title"), say("unsent"), say("leave_anyway"));
  }
}
