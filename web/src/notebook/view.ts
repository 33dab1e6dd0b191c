// Mounts the notebook page on <div data-module="notebook" data-socket data-frame data-rename
// data-download data-files>, whose top bar the server has drawn.
import "../../styles/notebook.css";
import "../../styles/outputs.css";
import "../../styles/sheets.css";
import "../../styles/cells.css";
import { need } from "../lib/dom";
import { prop } from "../lib/props";
import { Socket } from "../lib/socket";
import { Menu } from "./menu";
import { Notebook } from "./notebook";
import { sentence } from "./serverwords";
import { Session } from "./session";
import { Messages } from "./toast";
import { Topbar } from "./topbar";
import { say } from "./words";

const BLINK_MS = 1600; // after this an absent line is worth a sentence

export function mount(element: HTMLElement): void {
  const messages = new Messages();
  const files = element.dataset.files;
  const session = new Session((events) => new Socket(prop(element, "socket"), events), {
    changed: () => notebook.changed(),
    said: (what) => messages.tell(sentence(what)),
    orphaned: (text) => notebook.offer(text),
  });
  const addresses = {
    frame: prop(element, "frame"),
    download: prop(element, "download"),
    locate: (address: string) => (files ? beside(files, address) : null),
  };
  const notebook = new Notebook(session, messages, addresses, () => drawn());
  const menu = new Menu((command) => notebook.perform(command));
  const bar = need<HTMLElement>(document, ".notebook-top");
  const events = {
    restart: () => notebook.perform("restart"),
    showCell: (id: string) => notebook.choose(id, false),
    renamed: (path: string) => {
      addresses.download = moved(addresses.download, path);
    },
  };
  const topbar = new Topbar(bar, session, messages, events, prop(element, "rename"));
  need(bar, ".notebook-menu").append(menu.element);
  element.append(messages.offers, notebook.element, messages.element, messages.spoken);
  const drawn = () => {
    topbar.update();
    menu.setWritable(session.state.writable);
    const opened = session.state.epoch !== null;
    if (opened && !element.classList.contains("opened"))
      queueMicrotask(() => beginTyping(notebook));
    element.classList.toggle("opened", opened);
    if (session.link.state === "offline") setTimeout(() => topbar.update(), BLINK_MS);
  };
  drawn();
  watchLeaving(session);
}

// A new notebook is one empty cell: the cursor waits in it, unless the person is elsewhere already.
function beginTyping(notebook: Notebook): void {
  const [only, ...more] = notebook.order;
  if (!only || more.length || notebook.cell(only)?.source || !notebook.session.state.writable)
    return;
  if (document.activeElement === document.body) notebook.choose(only, true);
}

function watchLeaving(session: Session): void {
  window.addEventListener("pagehide", () => session.release());
  window.addEventListener("online", () => session.retry());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") session.retry();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!session.hasUnsent || session.isLive) return;
    event.preventDefault();
    event.returnValue = say("unsent_closing");
  });
}

// /files/<workspace>/<old path> for the file's new path in its workspace.
function moved(address: string, path: string): string {
  const root = address.split("/").slice(0, 3).join("/");
  return [root, ...path.split("/").map(encodeURIComponent)].join("/");
}

// A picture beside the notebook. Never above the workspace: the server would refuse it anyway.
function beside(folder: string, address: string): string | null {
  const [path = ""] = address.split(/[?#]/);
  const parts = path.split("/").filter((part) => part && part !== ".");
  if (!parts.length || parts.includes("..")) return null;
  try {
    return folder + parts.map((part) => encodeURIComponent(decodeURIComponent(part))).join("/");
  } catch {
    return null; // a stray % in the name
  }
}
