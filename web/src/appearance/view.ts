// The light switch: system → dark → light. Remembered on this device by a cookie, which the server
// reads, so that a page never flashes in the other light while it loads.
import { prop } from "../lib/props";

const NEXT: Record<string, string> = { "": "dark", dark: "light", light: "" };

export function mount(button: HTMLElement): void {
  show(button);
  button.addEventListener("click", () => {
    turn();
    show(button);
  });
}

/** The next light, from here on. */
export function turn(): void {
  const root = document.documentElement;
  const next = NEXT[root.dataset.appearance ?? ""] ?? "";
  if (next) root.dataset.appearance = next;
  else delete root.dataset.appearance;
  const life = next ? 60 * 60 * 24 * 400 : 0;
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is not in every browser
  document.cookie = `appearance=${next}; path=/; max-age=${life}; samesite=lax`;
}

function show(button: HTMLElement): void {
  const state = document.documentElement.dataset.appearance ?? "";
  const names: Record<string, string> = {
    "": prop(button, "system"),
    dark: prop(button, "dark"),
    light: prop(button, "light"),
  };
  button.setAttribute("aria-label", names[state] ?? "");
  button.title = names[state] ?? "";
}
