// The short look after the leave key: a small round window beside the button, open for a moment.
import type { Ending } from "../faces/ceremony";
import { Eye } from "../faces/eye";
import { Session } from "../faces/session";
import { el, svg } from "../lib/dom";

const PATH = "/ws/classroom/leave";
const LONGEST_MS = 4000; // a camera that is slow to wake keeps nobody waiting

/** Whether the camera would open without a question. */
export async function mayLook(): Promise<boolean> {
  try {
    const name = "camera" as PermissionName;
    return (await navigator.permissions.query({ name })).state === "granted";
  } catch {
    return false; // a browser that does not say would ask
  }
}

/** Looks; answers whether the person has gone and so is signed out already. */
export function hasGone(place: HTMLElement): Promise<boolean> {
  const box = el("div", { class: "stay-look" }, ...drawn());
  place.prepend(box);
  const eye = new Eye(box);
  box.querySelector(".eye-voice")?.remove(); // who leaves need not be told to look
  return new Promise((resolve) => {
    const session = new Session(eye, {
      path: PATH,
      opening: null,
      ended: (ending: Ending) => done(ending.t === "done"),
    });
    const timer = window.setTimeout(() => {
      session.stop();
      done(false);
    }, LONGEST_MS);
    const done = (gone: boolean) => {
      clearTimeout(timer);
      box.remove();
      resolve(gone);
    };
    void session.start();
  });
}

function drawn(): HTMLElement[] {
  const circle = (name: string) =>
    svg("circle", { class: name, cx: 50, cy: 50, r: 47.5, pathLength: 1 });
  return [
    el(
      "div",
      { class: "eye", "data-state": "closed" },
      el("div", { class: "eye-view" }),
      svg(
        "svg",
        { class: "eye-ring", viewBox: "0 0 100 100", "aria-hidden": "true" },
        circle("eye-track"),
        circle("eye-fill"),
      ),
    ),
    el("p", { class: "eye-words visually-hidden" }),
  ];
}
