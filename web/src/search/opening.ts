// Opens the box: its field is in every page, its script comes when it is first wanted. The small part
// that is always there: the keys, and what the page at hand can do. Not for searching (view.ts).
import type { Command } from "./lines";

/** What a page that is more than its server's words adds to the box. */
export type Page = {
  commands(): readonly Command[];
  perform(name: string): void;
  /** Whether there is a cell that text can be put into. */
  takesText(): boolean;
  insert(text: string): void;
  /** Go to a cell of this very page. */
  visit(cell: string): void;
};

export type Opening = { onlyCommands: boolean; from: HTMLElement | null };
type Box = { open(opening: Opening): void };

const TYPING = "input, textarea, select, [contenteditable], .cm-editor, [role=textbox]";
const IDLE_MS = 4000;

let page: Page | null = null;
let element: HTMLElement | null = null;
let box: Promise<Box> | null = null;

/** The page's own part, or null on pages without one. */
export function pageOf(): Page | null {
  return page;
}

export function offerPage(offered: Page): void {
  page = offered;
}

/** Open the box where it stands, in under a frame: what it shows follows. */
export function openBox(onlyCommands = false): void {
  if (!element || document.querySelector("dialog[open]")) return;
  const from = document.activeElement as HTMLElement | null;
  const field = fieldOf(element);
  element.classList.add("open");
  field?.focus();
  field?.select();
  load()?.then((loaded) => loaded.open({ onlyCommands, from: from === field ? null : from }));
}

/** Mounts on the element that the server has drawn in the top bar. */
export function mountField(found: HTMLElement): void {
  element = found;
  const field = fieldOf(found);
  field?.addEventListener("focus", (event) => {
    if (found.classList.contains("open")) return;
    found.classList.add("open");
    const from = event.relatedTarget as HTMLElement | null;
    load()?.then((loaded) => loaded.open({ onlyCommands: false, from }));
  });
  found.querySelector(".box-open")?.addEventListener("click", () => openBox());
  window.addEventListener("keydown", pressed, true);
  // So that the first time is as quick as the second. Not before the page itself is there.
  if ("requestIdleCallback" in window) requestIdleCallback(() => load(), { timeout: IDLE_MS });
  found.dataset.mounted = "";
}

function fieldOf(found: HTMLElement): HTMLInputElement | null {
  return found.querySelector("input");
}

function load(): Promise<Box> | null {
  const { classList } = element ?? {};
  if (!element) return null;
  const mounted = element;
  box ??= import("./view").then((module) => module.mount(mounted));
  box.catch(() => {
    box = null; // the line was away: the next time asks again
    classList?.remove("open");
  });
  return box;
}

// Before the page's own keys. "/" is a letter where somebody types.
function pressed(event: KeyboardEvent): void {
  if (event.isComposing || event.defaultPrevented || event.altKey || event.shiftKey) return;
  const withMod = isMac() ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  const isK = event.code === "KeyK" || event.key.toLowerCase() === "k";
  const isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey;
  const isTyping = (event.target as Element | null)?.closest?.(TYPING);
  if (!(withMod && isK) && !(isSlash && !isTyping)) return;
  if (!element || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  event.stopPropagation();
  openBox();
}

function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.platform);
}
