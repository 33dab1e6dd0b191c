// @vitest-environment jsdom
// The page's own session and editors against a real broker, over its socket, with lines that break.
// Started by tests/live/test_pages_in_node.py, which says where the broker listens; else passed over.
import { connect } from "node:net";
import { expect, test } from "vitest";
import type { SocketEvents } from "../../lib/socket";
import type { CellEditor } from "../editor/editor";
import { Session } from "./session";
import { editorOf } from "./testeditors";

const given = process.env.LOOKIN_REAL_BROKER;
const { socket, token, visit } = JSON.parse(given ?? "{}");
const PAGES = 4;
const STEPS = 400;

/** The web process's part: frames of four bytes of length and JSON. */
class Wire {
  private stream: ReturnType<typeof connect> | null = null;
  private rest = Buffer.alloc(0);

  constructor(
    private readonly events: SocketEvents,
    private readonly role: string,
  ) {
    queueMicrotask(() => this.retry());
  }

  send(text: string): boolean {
    if (!this.stream) return false;
    const data = Buffer.from(text);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(data.length);
    this.stream.write(Buffer.concat([head, data]));
    return true;
  }

  retry(): void {
    if (this.stream) return;
    this.rest = Buffer.alloc(0);
    const stream = connect(socket);
    this.stream = stream;
    stream.on("data", (data: Buffer) => this.stream === stream && this.arrived(data));
    stream.on("error", () => {});
    this.send(token);
    this.send(JSON.stringify({ ...visit, role: this.role }));
    this.events.opened();
  }

  destroy(): void {
    const { stream } = this;
    this.stream = null;
    stream?.destroy();
    if (stream) this.events.closed(1006, 1);
  }

  private arrived(data: Buffer): void {
    this.rest = Buffer.concat([this.rest, data]);
    while (this.rest.length >= 4) {
      const end = 4 + this.rest.readUInt32BE();
      if (this.rest.length < end) return;
      const text = this.rest.subarray(4, end).toString();
      this.rest = this.rest.subarray(end);
      this.events.received(text);
    }
  }
}

class Page {
  wire!: Wire;
  readonly offered: string[] = [];
  readonly session: Session;

  constructor(role: string) {
    const orphaned = (text: string) => this.offered.push(text);
    const open = (events: SocketEvents) => {
      this.wire = new Wire(events, role);
      return this.wire;
    };
    this.session = new Session(open, { changed: () => {}, said: () => {}, orphaned });
  }

  editor(id: string): CellEditor | null {
    return editorOf(this.session, id, this.offered);
  }
}

const any = (below: number) => Math.floor(Math.random() * below);
const moment = () => new Promise((resolve) => setTimeout(resolve, 2));

async function until(what: () => boolean, longest = 30_000): Promise<void> {
  const deadline = Date.now() + longest;
  while (!what()) {
    if (Date.now() > deadline) throw new Error("waited in vain");
    await moment();
  }
}

function act(page: Page, word: string): void {
  const { session } = page;
  const { order } = session.state.document;
  const cell = order[any(order.length)];
  const other = order[any(order.length)];
  if (cell === undefined || other === undefined) return void session.insert("code", null, word);
  const view = page.editor(cell)?.view;
  const what = any(16);
  if (what < 7) view?.dispatch({ changes: { from: 0, insert: word + ["", "😀", "한\n"][any(3)] } });
  else if (what === 7) session.insert("markdown", cell, "new");
  else if (what === 8) session.remove(cell);
  else if (what === 9) session.undo();
  else if (what === 10) session.redo();
  else if (what === 11) session.moveTo(cell, other);
  else if (what === 12) session.split(cell, any(6));
  else if (what === 13) session.merge(cell, other);
  else if (what === 14) page.wire.destroy();
  else page.wire.retry();
}

test.skipIf(!given)(
  "pages at a real broker end with one notebook",
  { timeout: 90_000 },
  async () => {
    const pages = Array.from({ length: PAGES }, () => new Page("editor"));
    await until(() => pages.every(({ session }) => session.state.epoch !== null));
    for (let i = 0; i < STEPS; i += 1) {
      act(pages[any(PAGES)] as Page, String.fromCharCode(0xe000 + i));
      if (any(3) === 0) await moment();
    }
    for (const page of pages) page.wire.retry();
    await until(() => pages.every(({ session }) => session.isLive && !session.hasUnsent));
    const last = Math.max(...pages.map(({ session }) => session.state.seq));
    await until(() => pages.every(({ session }) => session.state.seq >= last));
    const fresh = new Page("viewer");
    await until(() => fresh.session.state.epoch !== null);
    const truth = fresh.session.state.document;
    for (const { session } of pages) {
      expect(session.state.document).toEqual(truth);
      for (const [id, editor] of session.texts.all)
        expect(editor.text).toBe(truth.cells.get(id)?.source);
    }
    for (const page of [...pages, fresh]) page.session.destroy();
  },
);
