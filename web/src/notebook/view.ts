// Mounts the notebook page on <div data-module="notebook" data-socket data-frame data-rename
// data-download data-files>, whose top bar the server has drawn.
import "../../styles/notebook.css";
import "../../styles/outputs.css";
import "../../styles/sheets.css";
import "../../styles/celltools.css";
import "../../styles/cells.css";
import "../../styles/code.css";
import "../../styles/people.css";
import "../../styles/inputs.css";
import "../../styles/panels.css";
import { el, need } from "../lib/dom";
import { LEAVING } from "../lib/leaving";
import { prop } from "../lib/props";
import { Socket, type SocketEvents } from "../lib/socket";
import { shelfOf } from "../lib/unsentkeys";
import { Comms } from "../widgets/comms";
import { watchClipboard } from "./cells/clipboard";
import { PhoneBar } from "./cells/phonebar";
import { offerNotebook } from "./commands/boxcommands";
import { commandWords } from "./commands/commandwords";
import { Menu, NOTEBOOK_ITEMS } from "./commands/menu";
import type { Kept } from "./live/recall";
import { Session, type SessionEvents } from "./live/session";
import { UnsentShelf } from "./live/unsent";
import { Notebook } from "./notebook";
import { Panels } from "./panels/panel";
import { AwayNews } from "./people/awaynews";
import { facesOf, followQuestions, registerVariables } from "./people/company";
import { sentence } from "./serverwords";
import { watchPictures } from "./text/picturedrops";
import { Messages } from "./toast";
import { Topbar } from "./topbar";
import { say } from "./words";

const NO_KERNEL = new Set(["none", "dead", "waiting", "starting"]); // no widget is heard
const BLINK_MS = 1600; // after this an absent line is worth a sentence

export function mount(element: HTMLElement): void {
  const messages = new Messages();
  const files = element.dataset.files;
  const own = prop(element, "socket").replace(/^\/ws/, "");
  const shelf = unsentShelf(own, () => session.kept());
  const happenings: SessionEvents = {
    changed: () => {
      notebook.changed();
      shelf?.note();
    },
    landed: () => shelf?.landed(),
    said: (what) => messages.tell(sentence(what)),
    orphaned: (text) => notebook.offer(text),
    comms: (frame) => comms.receive(frame),
    followed: (events, late) => away.followed(events, late),
    here: (here) => notebook.company.receiveHere(here),
    people: (people, me) => notebook.company.receivePeople(people, me),
  };
  const session = new Session(
    (events) => new Socket(prop(element, "socket"), unlessTaken(shelf, events)),
    happenings,
    shelf?.takeLeft(),
  );
  const comms = new Comms((...message) => session.comm(...message));
  const addresses = {
    places: {
      frame: prop(element, "frame"),
      blobs: `${own}/blobs/`,
      texts: `${own}/cells/`,
      comms,
    },
    download: prop(element, "download"),
    ajax: `/ajax${own}`,
    upload: files ? uploadBeside(files) : null,
    locate: (address: string) => (files ? beside(files, address) : null),
  };
  const panels = new Panels((open) => document.body.classList.toggle("with-panel", open));
  const notebook = new Notebook(session, messages, addresses, panels, () => drawn());
  const menu = new Menu({
    label: say("menu"),
    drawing: "more",
    items: NOTEBOOK_ITEMS,
    // A guest of a shared link sees the notebook as it is, not what it was.
    isLeftOut: (command) => command === "history" && element.dataset.guest === "yes",
    perform: (command) => notebook.perform(command),
  });
  const phone = new PhoneBar(notebook);
  const away = new AwayNews(notebook, own);
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
  element.append(messages.offers, notebook.element, phone.element);
  element.append(panels.element, messages.element, messages.spoken);
  const drawn = () => {
    topbar.update();
    if (NO_KERNEL.has(session.state.kernel.state)) comms.end();
    comms.writable = session.state.writable;
    menu.setWritable(session.state.writable);
    phone.update();
    const opened = session.state.epoch !== null;
    if (opened && !element.classList.contains("opened")) {
      queueMicrotask(() => begin(notebook, away));
    }
    element.classList.toggle("opened", opened);
    if (session.link.state === "offline") setTimeout(() => topbar.update(), BLINK_MS);
  };
  panels.register({
    name: "outline",
    title: commandWords("toggle_outline"),
    command: "toggle_outline",
    make: () => makeOutline(notebook),
  });
  registerVariables(notebook);
  followQuestions(notebook);
  need(bar, ".notebook-state").before(facesOf(notebook).element);
  drawn();
  watchPictures(notebook);
  watchLeaving(session, shelf);
}

// Null where the browser keeps nothing, or for nobody in particular.
function unsentShelf(notebook: string, what: () => Kept | null): UnsentShelf | null {
  const { person } = document.documentElement.dataset;
  const storage = shelfOf();
  if (!person || !storage) return null;
  const client = crypto.getRandomValues(new Uint32Array(2)).join("-");
  return new UnsentShelf(storage, { person, notebook, client }, what, () => location.reload());
}

// A page that slept for long may wake when another has taken up what it had not sent.
function unlessTaken(shelf: UnsentShelf | null, events: SocketEvents): SocketEvents {
  const opened = () => (shelf && !shelf.isMine ? location.reload() : events.opened());
  return { ...events, opened };
}

function begin(notebook: Notebook, away: AwayNews): void {
  away.update();
  watchClipboard(notebook, notebook.session.state.me?.person ?? "");
  beginTyping(notebook);
  offerNotebook(notebook);
}

function makeOutline(notebook: Notebook): HTMLElement {
  const place = el("div", {});
  void import("./panels/outline").then(({ Outline }) =>
    place.append(new Outline(notebook).element),
  );
  return place;
}

// A new notebook is one empty cell: the cursor waits in it, unless the person is elsewhere already.
function beginTyping(notebook: Notebook): void {
  const [only, ...more] = notebook.order;
  if (!only || more.length || notebook.cell(only)?.source || !notebook.session.state.writable)
    return;
  if (document.activeElement === document.body) notebook.choose(only, true);
}

function watchLeaving(session: Session, shelf: UnsentShelf | null): void {
  window.addEventListener("pagehide", () => shelf?.write(true));
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  window.addEventListener("online", () => session.retry());
  window.addEventListener(LEAVING, (event) => session.hasUnsent && event.preventDefault());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") session.retry();
    else shelf?.write();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!session.hasUnsent || session.isLive || shelf?.write()) return;
    event.preventDefault();
    event.returnValue = say("unsent_closing");
  });
}

// /files/<workspace>/<old path> for the file's new path in its workspace.
function moved(address: string, path: string): string {
  const root = address.split("/").slice(0, 3).join("/");
  return [root, ...path.split("/").map(encodeURIComponent)].join("/");
}

// Where /files/<workspace>/<folder>/ takes uploads.
function uploadBeside(files: string): string {
  const [, , workspace = "", ...folder] = files.split("/").map(decodeURIComponent);
  const query = new URLSearchParams({ workspace, folder: folder.filter(Boolean).join("/") });
  return `/ajax/upload?${query}`;
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
