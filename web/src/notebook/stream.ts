// Printed text that grows: appended to, never drawn anew, and only its last lines kept in the page
// until a person asks for all. Not for what may not be printed text (outputs.ts).
import { el } from "../lib/dom";
import { AnsiReader, nodeOf, withoutAnsi } from "./ansi";
import { say } from "./words";

export const KEPT_LINES = 2000;
const CHUNK_LINES = 250; // off-screen chunks cost no layout (content-visibility)

export class StreamView {
  readonly element: HTMLElement;
  private readonly body = el("pre", { class: "stream-text" });
  private readonly earlier = el("button", {
    type: "button",
    class: "plain small stream-earlier",
    hidden: true,
    onclick: () => this.showAll(),
  });
  private reader = new AnsiReader();
  private chunk: HTMLElement | null = null;
  private chunkLines = 0;
  private lines = 0;
  private dropped = 0;
  private shown = 0; // characters of the text that are drawn
  private text = "";
  private all = false;

  constructor(name: string) {
    this.element = el("div", { class: name === "stderr" ? "stream warning" : "stream" });
    this.element.append(this.earlier, this.body);
  }

  /** Draw `text`, which begins with all that was drawn before. */
  update(text: string): void {
    this.text = text;
    const fresh = text.slice(this.shown);
    this.shown = text.length;
    this.append(this.all ? fresh : this.lastLines(fresh));
    this.trim();
  }

  /** All lines, also those that were left out to keep the page quick. */
  showAll(): void {
    this.all = true;
    this.reader = new AnsiReader();
    this.chunk = null;
    this.dropped = 0;
    this.lines = 0;
    this.body.replaceChildren();
    this.earlier.hidden = true;
    this.append(this.text);
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

  private append(text: string): void {
    let from = 0;
    while (from < text.length) {
      const end = this.endOfChunk(text, from);
      const chunk = this.openChunk();
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

  private openChunk(): HTMLElement {
    if (!this.chunk || this.chunkLines >= CHUNK_LINES) {
      this.chunk = el("span", { class: "chunk" });
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
  return el("div", { class: "traceback" }, body);
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
