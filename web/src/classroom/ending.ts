// The end of a stay in this page: nothing of it may be seen any more, and the door comes up.
import { el } from "../lib/dom";
import { postForm, Refusal } from "../lib/http";
import { LEAVING } from "../lib/leaving";
import { clearTraces } from "./traces";
import { say } from "./words";

const ADDRESS = "/logout";
const SENDING_MS = 2500;
const LOOK_AGAIN_MS = 50;

let isOver = false;
let isSigningOut = false;

/** Hides the page at once and goes to the sign-in page, which no step back undoes. */
export function endStay(): void {
  if (isOver || isSigningOut) return; // its own answer leads to the door
  isOver = true;
  hide();
  void clearTraces();
  location.replace("/login");
}

/** Signs out and goes to the door. Where the server is away, says that one is still signed in. */
export async function signOut(): Promise<void> {
  hide();
  isSigningOut = true;
  try {
    // Asked for here and not by the form: the sockets close before its answer comes, and whoever
    // follows them to another page would lose what the answer does to this browser.
    await postForm(ADDRESS, {});
  } catch (error) {
    if (error instanceof Refusal && error.status === 0) return offerAgain();
  } finally {
    isSigningOut = false;
  }
  endStay();
}

function offerAgain(): void {
  const again = el("button", { type: "button", onclick: () => void signOut() }, say("again"));
  document.querySelector(".stay-over")?.replaceChildren(el("p", {}, say("offline")), again);
  again.focus();
}

/** Hides the page at once: it may stand for a moment longer while the browser is busy. */
export function hide(): void {
  // Nobody is asked whether to leave unsent words behind once the decision is made.
  window.addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), true);
  if (document.querySelector(".stay-over")) return;
  const cover = el("div", { class: "stay-over", role: "status" }, say("out"));
  for (const child of document.body.children) child.setAttribute("inert", "");
  document.body.append(cover);
}

/** Waits until the page has sent what was typed. False when it could not within seconds. */
export async function allSent(): Promise<boolean> {
  const ends = performance.now() + SENDING_MS;
  while (!window.dispatchEvent(new Event(LEAVING, { cancelable: true }))) {
    if (performance.now() > ends) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  return true;
}
