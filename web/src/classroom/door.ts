// The sign-in page of a classroom device: the whole page is the ring and the clock. It takes away
// what the last person left, and any key or a touch of the ring begins a look.
import { need } from "../lib/dom";
import { language } from "../lib/words";
import { clearTraces } from "./traces";

const KEYS_OF_THE_BROWSER = /^(F\d+|Tab|Escape|Shift|Control|Alt|Meta|AltGraph|CapsLock|NumLock)$/;
const BUSY = "a, button, input, select, textarea, summary, label";

export function mount(head: HTMLElement): void {
  leaveNoWayBack();
  void clearTraces();
  tick(need(head, ".door-clock span"));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (KEYS_OF_THE_BROWSER.test(event.key) || isBusy(event.target)) return;
    look(event);
  });
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest(".eye")) look(event);
  });
}

// The address may still say where the last person was; the server goes elsewhere anyway.
function leaveNoWayBack(): void {
  if (location.pathname === "/login") history.replaceState(null, "", "/login");
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
}

function isBusy(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(BUSY) !== null;
}

/** What the button does, when the camera is not open yet. */
function look(event: Event): void {
  const open = document.querySelector<HTMLButtonElement>(".signin-open:not([hidden])");
  const eye = document.querySelector<HTMLElement>(".eye");
  if (!open || !["closed", "failed"].includes(eye?.dataset.state ?? "")) return;
  event.preventDefault();
  open.click();
}

/** The clock, to the minute, in the zone of this device. */
function tick(clock: HTMLElement): void {
  const format = new Intl.DateTimeFormat(language(), { hour: "numeric", minute: "2-digit" });
  clock.textContent = format.format(new Date());
  window.setTimeout(() => tick(clock), 60_000 - (Date.now() % 60_000));
}
