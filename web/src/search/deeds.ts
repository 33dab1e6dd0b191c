// Does what a line of the box says: goes there, copies, puts into a cell. Not for choosing lines.
import { postForm, Refusal } from "../lib/http";
import type { Deed, Line } from "./lines";
import { pageOf } from "./opening";
import { performPageCommand } from "./pagecommands";

/** Go to `href`: in this page when it is about a cell of it, in another tab when asked. */
export function visit(deed: Extract<Deed, { type: "visit" }>, isApart: boolean): void {
  const { href, cell } = deed;
  if (isApart) {
    window.open(href, "_blank", "noopener");
    return;
  }
  const page = pageOf();
  const isHere = new URL(href, location.href).pathname === location.pathname;
  if (isHere && cell && page) page.visit(cell);
  else location.assign(href);
}

export function performCommand(name: string, workspace: string): void {
  if (!performPageCommand(name, workspace)) pageOf()?.perform(name);
}

/** Whether the clipboard has it now. Where there is no HTTPS, browsers only know the old way. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyTheOldWay(text);
  }
}

function copyTheOldWay(text: string): boolean {
  let done = false;
  const give = (event: ClipboardEvent) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    event.stopImmediatePropagation();
    done = true;
  };
  window.addEventListener("copy", give, true);
  document.execCommand("copy");
  window.removeEventListener("copy", give, true);
  return done;
}

/** Tell the server what was chosen. Nobody waits for it, and nothing depends on it. */
export function tellChoice(line: Line, query: string): void {
  if (!line.choice) return;
  const { kind, id } = line.choice;
  quietly(postForm("/ajax/search/chosen", { kind, id, q: query }, true));
}

/** Forget one recent search, or all of what was searched and chosen. False when it did not work. */
export async function forget(text: string | null): Promise<boolean> {
  try {
    await postForm("/ajax/search/forget", text === null ? {} : { q: text });
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return false;
  }
}

function quietly(sent: Promise<unknown>): void {
  sent.catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
  });
}
