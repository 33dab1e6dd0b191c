// The sign-in page: the round window opens at a press and the password stays usable beside it.
// A recognised face earns a ticket, which goes to the server as an ordinary form.

import type { Ending } from "../faces/ceremony";
import { Eye } from "../faces/eye";
import { Session } from "../faces/session";
import { say } from "../faces/words";
import { el, need } from "../lib/dom";
import { prop } from "../lib/props";
import { language } from "../lib/words";

const PATH = "/ws/faces/sign-in";
const GREETING_MS = 550; // long enough to read one's own name
const TRIES_BEFORE_PASSWORD = 2;

export function mount(entry: HTMLElement): void {
  tick(document.querySelector<HTMLElement>("[data-clock]"));
  if (prop(entry, "ready") === "yes") new Looking(entry);
}

class Looking {
  private readonly eye: Eye;
  private readonly open: HTMLButtonElement;
  private readonly name: HTMLInputElement;
  private readonly password: HTMLInputElement;
  private readonly title: string;
  private session: Session | null = null;
  private failures: number;

  constructor(private readonly entry: HTMLElement) {
    this.eye = new Eye(entry);
    this.open = need(entry, ".signin-open");
    this.name = need(entry, "input[name=username]");
    this.password = need(entry, "input[name=password]");
    this.title = this.open.textContent ?? "";
    this.failures = prop(entry, "failed") === "yes" ? 1 : 0;
    this.open.hidden = false;
    this.open.addEventListener("click", () => (this.session ? this.stop() : this.look()));
    need(entry, ".signin-form").addEventListener("submit", () => this.session?.stop());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.session) this.stop();
    });
  }

  private look(): void {
    this.open.textContent = say("stop");
    this.open.classList.remove("primary");
    const opening = { op: "begin", name: this.name.value.trim() };
    const ended = (ending: Ending) => this.ended(ending);
    this.session = new Session(this.eye, { path: PATH, opening, ended });
    void this.session.start();
  }

  private stop(): void {
    this.session?.stop();
    this.rest(this.title);
  }

  private ended(ending: Ending): void {
    if (ending.t === "matched") {
      this.session = null;
      this.open.style.visibility = "hidden";
      this.eye.tell(say("matched", { name: ending.name }));
      window.setTimeout(() => this.enter(ending.ticket), GREETING_MS);
      return;
    }
    this.rest(say("again"));
    this.failures += 1;
    if (this.failures < TRIES_BEFORE_PASSWORD) this.open.focus();
    else this.offerPassword();
  }

  /** The other way in, ready to type; on a classroom device it is folded away until now. */
  private offerPassword(): void {
    const folded = this.password.closest("details");
    if (folded) folded.open = true;
    (this.name.value ? this.password : this.name).focus();
  }

  private rest(title: string): void {
    this.session = null;
    this.open.textContent = title;
    this.open.classList.add("primary");
  }

  private enter(ticket: string): void {
    const form = need<HTMLFormElement>(this.entry, ".signin-ticket");
    need<HTMLInputElement>(form, "[name=ticket]").value = ticket;
    form.submit();
  }
}

/** The clock of a classroom device, to the minute. */
function tick(clock: HTMLElement | null): void {
  if (!clock) return;
  const format = new Intl.DateTimeFormat(language(), { hour: "numeric", minute: "2-digit" });
  const time = el("span");
  clock.append(time);
  const draw = () => {
    time.textContent = format.format(new Date());
    window.setTimeout(draw, 60_000 - (Date.now() % 60_000));
  };
  draw();
}
