// The sign-in page: the round window opens at a press and the password stays usable beside it.
// A recognised face earns a ticket, which goes to the server as an ordinary form.

import type { Ending } from "../faces/ceremony";
import { Eye } from "../faces/eye";
import { Session } from "../faces/session";
import { say } from "../faces/words";
import { need } from "../lib/dom";
import { prop } from "../lib/props";
import { Tabs } from "./tabs";

const PATH = "/ws/faces/sign-in";
const GREETING_MS = 200; // the tick is drawn, the name is there; the way to the server takes the rest
const TRIES_BEFORE_PASSWORD = 2;
const CALM = "lookin.calm"; // whoever declined the flashes once is not asked again

export function mount(entry: HTMLElement): void {
  if (prop(entry, "ready") === "yes") new Looking(entry);
}

class Looking {
  private readonly eye: Eye;
  private readonly open: HTMLButtonElement;
  private readonly name: HTMLInputElement;
  private readonly password: HTMLInputElement;
  private readonly calm: HTMLInputElement | null;
  private readonly title: string;
  private readonly tabs = new Tabs({
    looking: () => this.stop(),
    signedIn: () => {
      this.stop();
      location.reload(); // the sign-in page sends on whoever is signed in
    },
  });
  private session: Session | null = null;
  private failures: number;

  constructor(private readonly entry: HTMLElement) {
    this.eye = new Eye(entry);
    this.open = need(entry, ".signin-open");
    this.name = need(entry, "input[name=username]");
    this.password = need(entry, "input[name=password]");
    this.calm = entry.querySelector(".signin-calm input");
    this.title = this.open.textContent ?? "";
    this.failures = prop(entry, "failed") === "yes" ? 1 : 0;
    this.open.classList.remove("unready");
    this.open.addEventListener("click", () => (this.session ? this.stop() : this.look()));
    this.listenForOtherWays();
    this.rememberCalm();
  }

  /** Whoever turns to another way in means it: the camera closes. */
  private listenForOtherWays(): void {
    const stop = () => this.stop();
    need(this.entry, ".signin-form").addEventListener("submit", stop);
    this.password.addEventListener("input", stop);
    this.entry.querySelector(".passkey-use")?.addEventListener("click", stop);
    this.entry.querySelector(".signin-type")?.addEventListener("click", (event) => {
      event.preventDefault();
      stop();
      this.offerPassword();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") stop();
    });
  }

  private rememberCalm(): void {
    const { calm } = this;
    if (!calm) return;
    const chosen = localStorage.getItem(CALM);
    const quiet = matchMedia("(prefers-reduced-motion: reduce)").matches;
    calm.checked = chosen ? chosen === "yes" : quiet;
    calm.addEventListener("change", () => localStorage.setItem(CALM, calm.checked ? "yes" : "no"));
  }

  private look(): void {
    this.tabs.tell("looking");
    this.open.textContent = say("stop");
    this.open.classList.remove("primary");
    const opening = {
      op: "begin",
      name: this.name.value.trim(),
      flash: !(this.calm?.checked ?? false),
    };
    const ended = (ending: Ending) => this.ended(ending);
    this.session = new Session(this.eye, { path: PATH, opening, ended });
    void this.session.start();
  }

  private stop(): void {
    if (!this.session) return;
    this.session.stop();
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
    if (ending.t === "stopped") {
      this.rest(this.title);
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
    this.tabs.leave();
    const form = need<HTMLFormElement>(this.entry, ".signin-ticket");
    need<HTMLInputElement>(form, "[name=ticket]").value = ticket;
    form.submit();
  }
}
