// Printed text as a terminal leaves it: `\r`, `\b`, the cursor up and down, and erasing, done to the
// text itself. The same as core/documents/streams.py; here for text that no broker of ours printed.

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal text is made of them
const MOVES = /[\r\b]|\x1b\[\d*[A-DGJK]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const TOKENS = /(\n|\r|[\b]|\x1b\[\d*[A-DGJK])/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const CELLS = /(?:\x1b\[[0-9;:]*m)*[^\x1b]|(?:\x1b\[[0-9;:]*m)+$|\x1b/gsu;
const MOST_UP = 200;

/** Whether `text` moves the cursor, so that it cannot be shown as it is. */
export function movesCursor(text: string): boolean {
  return MOVES.test(text);
}

/** `text` after a terminal printed it. */
export function settled(text: string): string {
  if (!movesCursor(text)) return text;
  const screen = new Screen();
  for (const token of text.split(TOKENS)) screen.take(token);
  return screen.text();
}

// Lines of cells; a cell is one character with the colours that begin there.
class Screen {
  private readonly done: string[] = [];
  private lines: string[][] = [[]];
  private row = 0;
  private column = 0;

  take(token: string): void {
    if (token === "\n") this.down();
    else if (token === "\r") this.column = 0;
    else if (token === "\b") this.column = Math.max(0, this.column - 1);
    else if (token.startsWith("\x1b[") && TOKENS.test(token)) this.move(token);
    else if (token) this.write(token);
  }

  text(): string {
    return [...this.done, ...this.lines.map((line) => line.join(""))].join("\n");
  }

  private get line(): string[] {
    const line = this.lines[this.row] ?? [];
    this.lines[this.row] = line;
    return line;
  }

  private down(): void {
    this.row += 1;
    this.column = 0;
    if (this.row === this.lines.length) this.lines.push([]);
    while (this.lines.length > MOST_UP) {
      this.done.push((this.lines.shift() ?? []).join(""));
      this.row -= 1;
    }
  }

  private write(text: string): void {
    const cells = text.match(CELLS) ?? [];
    const line = this.line;
    while (line.length < this.column) line.push(" ");
    line.splice(this.column, cells.length, ...cells);
    this.column += cells.length;
  }

  private move(sequence: string): void {
    const kind = sequence.at(-1);
    const count = Number(sequence.slice(2, -1) || (kind === "J" || kind === "K" ? 0 : 1));
    if (kind === "A") this.row = Math.max(0, this.row - count);
    else if (kind === "B") this.row = Math.min(this.lines.length - 1, this.row + count);
    else if (kind === "C") this.column = Math.min(this.column + count, 10_000);
    else if (kind === "D") this.column = Math.max(0, this.column - count);
    else if (kind === "G") this.column = Math.min(Math.max(0, count - 1), 10_000);
    else this.erase(kind === "J", count);
  }

  private erase(below: boolean, how: number): void {
    if (how === 2) this.line.fill(" ", 0);
    else if (how === 1) this.line.fill(" ", 0, this.column);
    else this.line.length = Math.min(this.line.length, this.column);
    if (below && how === 0) this.lines.length = this.row + 1;
  }
}
