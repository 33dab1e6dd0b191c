// Printed text that grows: appended to, never drawn anew, and only its last lines kept in the page
// until a person asks for all. Not for what may not be printed text (outputs.ts).
import { el } from "../../lib/dom";
import { AnsiReader, nodeOf, withoutAnsi } from "./ansi";
import { say } from "./outputwords";
import { settled } from "./terminal";

const LEFT_OUT = /^\[… [\d,]+ characters left out by Lookin …\]$/m;
export const KEPT_LINES = 2000;
const CHUNK_LINES = 250; // off-screen chunks cost no layout (content-visibility)

export class StreamView {
  readonly element: HTMLElement;
  private readonly body = el("pre", { class: "stream-text" });
  private readonly earlier = el("button", {
    type: "button",
    class: "plain small",
    hidden: true,
    onclick: () => this.showAll(),
  });
  private readonly whole: HTMLAnchorElement;
  private readonly head = el("div", { class: "stream-earlier" });
  private reader = new AnsiReader();
  private chunk: HTMLElement | null = null;
  private chunkStart = 0; // where in the text the open chunk begins
  private chunkStyle: AnsiReader | null = null; // the reader as it was there
  private chunkLines = 0;
  private lines = 0;
  private dropped = 0;
  private text = "";
  private all = false;

  /** `whole`: address of all that the cell printed, also what the page never gets. */
  constructor(
    readonly name: string,
    whole: string | null,
  ) {
    this.whole = el("a", { class: "small", href: whole, target: "_blank", hidden: true });
    this.whole.append(say("whole_text"));
    this.element = el("div", { class: name === "stderr" ? "stream warning" : "stream" });
    this.element.append(this.body);
  }

  /** Draw `text`; of what was drawn, only what differs is drawn anew. `before`: characters that
      came earlier and were not sent. */
  update(text: string, before: number): void {
    const now = settled(text);
    this.whole.hidden = !this.whole.hasAttribute("href") || !(before || LEFT_OUT.test(now));
    this.showHead();
    if (now === this.text && this.body.firstChild) return;
    const same = now.startsWith(this.text) ? this.text.length : this.backToChunk(now);
    if (same < 0) this.reset();
    this.text = now;
    const fresh = same < 0 ? now : now.slice(same);
    this.append(this.all ? fresh : this.lastLines(fresh), now.length);
    this.trim();
  }

  /** All lines, also those that were left out to keep the page quick. */
  showAll(): void {
    this.all = true;
    this.reset();
    this.append(this.text, this.text.length);
    this.trim();
  }

  // A progress bar changes the end only: take the open chunk away and say where it began.
  private backToChunk(now: string): number {
    const { chunk, chunkStart, chunkStyle } = this;
    if (!chunk || !chunkStyle || !now.startsWith(this.text.slice(0, chunkStart))) return -1;
    chunk.remove();
    this.lines -= this.chunkLines;
    this.reader = chunkStyle;
    this.chunk = null;
    return chunkStart;
  }

  private showHead(): void {
    if (this.whole.hidden && this.earlier.hidden) this.head.remove();
    else if (!this.head.isConnected) {
      this.head.append(this.earlier, this.whole);
      this.element.prepend(this.head);
    }
  }

  private reset(): void {
    this.reader = new AnsiReader();
    this.chunk = null;
    this.dropped = 0;
    this.lines = 0;
    this.body.replaceChildren();
  }

  // Of a piece longer than what is kept, the start is only counted. A colour begun there is lost,
  // until all is shown.
  private lastLines(text: string): string {
    let at = text.length;
    for (let n = 0; n <= KEPT_LINES; n += 1) {
      at = text.lastIndexOf("\n", at - 1);
      if (at <= 0) return text;
    }
    this.dropped += countLines(text.slice(0, at + 1)) + this.lines;
    this.lines = 0;
    this.chunk = null;
    this.body.replaceChildren();
    return text.slice(at + 1);
  }

  /** `whole`: how long the whole text is after this piece of it. */
  private append(text: string, whole: number): void {
    let from = 0;
    while (from < text.length) {
      const end = this.endOfChunk(text, from);
      const chunk = this.openChunk(whole - text.length + from);
      for (const piece of this.reader.read(text.slice(from, end))) put(chunk, nodeOf(piece));
      const added = countLines(text.slice(from, end));
      this.lines += added;
      this.chunkLines += added;
      from = end;
    }
  }

  private endOfChunk(text: string, from: number): number {
    let end = from;
    const room = this.chunk ? CHUNK_LINES - this.chunkLines : CHUNK_LINES;
    for (let n = 0; n < Math.max(1, room); n += 1) {
      const at = text.indexOf("\n", end);
      if (at < 0) return text.length;
      end = at + 1;
    }
    return end;
  }

  private openChunk(at: number): HTMLElement {
    if (!this.chunk || this.chunkLines >= CHUNK_LINES) {
      this.chunk = el("span", { class: "chunk" });
      this.chunkStart = at;
      this.chunkStyle = this.reader.copy();
      this.chunkLines = 0;
      this.body.append(this.chunk);
    }
    return this.chunk;
  }

  private trim(): void {
    while (!this.all && this.lines - CHUNK_LINES > KEPT_LINES) {
      const first = this.body.firstElementChild;
      if (!first || first === this.chunk) break;
      const gone = countLines(first.textContent ?? "");
      first.remove();
      this.lines -= gone;
      this.dropped += gone;
    }
    this.earlier.hidden = this.dropped === 0;
    if (this.dropped) this.earlier.textContent = say("earlier_lines", { n: this.dropped });
    this.showHead();
  }
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}

// Text goes into the text node that is there, so a long stream stays a few nodes.
function put(chunk: HTMLElement, node: Node): void {
  const last = chunk.lastChild;
  if (node instanceof Text && last instanceof Text) last.appendData(node.data);
  else chunk.append(node);
}

/** An exception as Python shows it, coloured; its last line is what went wrong. */
export function tracebackElement(
  lines: readonly string[],
  name: string,
  value: string,
): HTMLElement {
  const rule = /^-{20,}$/.test(withoutAnsi(lines[0] ?? "").trim()) ? 1 : 0; // the page has its own
  const text = lines.slice(rule).join("\n") || `${name}: ${value}`;
  const body = el("pre", { class: "traceback-text" });
  for (const piece of new AnsiReader().read(text)) body.append(nodeOf(piece));
  return el("div", { class: "traceback", role: "group", "aria-label": name || "Error" }, body);
}

/** The line of the cell's own code that a traceback blames, counted from 1; null when unknown. */
export function failingLine(traceback: readonly string[], source: string): number | null {
  const lines = withoutAnsi(traceback.join("\n")).split("\n");
  const own = source.split("\n");
  let inCell = false;
  let found: number | null = null;
  for (const line of lines) {
    if (/^(Cell In\s*\[?|File <ipython-input|Input In)/.test(line.trim())) {
      inCell = true;
      const named = /^\s*Cell In\s*\[\d+\], line (\d+)/.exec(line);
      if (named) found = Number(named[1]);
    } else if (/^File /.test(line.trim())) inCell = false;
    const arrow = inCell ? /^-+> ?(\d+)/.exec(line.trim()) : null;
    if (arrow) found = Number(arrow[1]);
  }
  return found !== null && found >= 1 && found <= own.length ? found : null;
}
