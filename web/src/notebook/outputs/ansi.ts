// Terminal colours (ECMA-48 SGR: 16, 256 and true colour, bold, italic, underline, reverse) as pieces
// of styled text. Other escape sequences are dropped. Keeps its place between two calls, so a stream
// may come in any pieces. Not for cursor movement: the broker has folded that already.

/** 0–15 is a colour of the theme, "#rrggbb" a fixed one, null the page's own. */
export type Colour = number | string | null;
export type Style = {
  fg: Colour;
  bg: Colour;
  bold: boolean;
  faint: boolean;
  italic: boolean;
  underline: boolean;
  inverse: boolean;
};
export type Piece = { text: string; style: Style };

export const PLAIN: Style = {
  fg: null,
  bg: null,
  bold: false,
  faint: false,
  italic: false,
  underline: false,
  inverse: false,
};

// A whole sequence: CSI, OSC (ended by BEL or ST), or a short one; or a control character but \t \n.
const SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal text is made of them
  /\x1b\[([0-9:;<=>?]*)[ -/]*([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-Z\\^-~]|[\x00-\x08\x0b-\x1f\x7f]/g;
// The beginning of one at the very end of what has come so far.
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const UNFINISHED = /\x1b(?:\[[0-9:;<=>?]*[ -/]*|\][^\x07\x1b]*\x1b?|[ -/]*)?$/;
const LONGEST_SEQUENCE = 4096;

export class AnsiReader {
  private style: Style = PLAIN;
  private rest = "";

  /** The styled pieces of `text`, which follows on what was read before. Neighbours differ in style. */
  read(text: string): Piece[] {
    const whole = this.rest + text;
    const cut = whole.slice(-LONGEST_SEQUENCE).match(UNFINISHED);
    const end = cut ? whole.length - cut[0].length : whole.length;
    this.rest = whole.slice(end);
    const pieces: Piece[] = [];
    let from = 0;
    const ready = whole.slice(0, end);
    for (const match of ready.matchAll(SEQUENCE)) {
      this.push(pieces, ready.slice(from, match.index));
      from = match.index + match[0].length;
      if (match[2] === "m") this.style = restyled(this.style, match[1] ?? "");
    }
    this.push(pieces, ready.slice(from));
    return pieces;
  }

  /** Another that goes on from here. */
  copy(): AnsiReader {
    const other = new AnsiReader();
    other.style = this.style;
    other.rest = this.rest;
    return other;
  }

  private push(pieces: Piece[], text: string): void {
    if (!text) return;
    const last = pieces.at(-1);
    if (last?.style === this.style) last.text += text;
    else pieces.push({ text, style: this.style });
  }
}

/** `text` without any escape sequence. */
export function withoutAnsi(text: string): string {
  return text.replace(SEQUENCE, "");
}

function restyled(style: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map((code) => Number(code || 0));
  let next = { ...style };
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) {
      const [colour, used] = extended(codes, i + 1);
      if (code === 38) next.fg = colour;
      else next.bg = colour;
      i += used;
    } else next = simple(next, code);
  }
  return same(next, PLAIN) ? PLAIN : same(next, style) ? style : next;
}

function simple(style: Style, code: number): Style {
  if (code === 0) return { ...PLAIN };
  if (code >= 30 && code <= 37) return { ...style, fg: code - 30 };
  if (code >= 40 && code <= 47) return { ...style, bg: code - 40 };
  if (code >= 90 && code <= 97) return { ...style, fg: code - 82 };
  if (code >= 100 && code <= 107) return { ...style, bg: code - 92 };
  return { ...style, ...SIMPLE[code] };
}

const SIMPLE: Record<number, Partial<Style>> = {
  1: { bold: true },
  2: { faint: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  22: { bold: false, faint: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  39: { fg: null },
  49: { bg: null },
};

// After 38 or 48: `5;n` or `2;r;g;b`. Answers the colour and how many codes it took.
function extended(codes: number[], at: number): [Colour, number] {
  if (codes[at] === 5) return [indexed(codes[at + 1] ?? 0), 2];
  if (codes[at] !== 2) return [null, 1];
  const [red = 0, green = 0, blue = 0] = codes.slice(at + 1, at + 4);
  return [hex(red, green, blue), 4];
}

// xterm's table: 16 of the theme, a cube of 6×6×6, 24 greys.
function indexed(index: number): Colour {
  if (index < 16) return index;
  if (index > 255) return null;
  if (index >= 232) {
    const grey = 8 + 10 * (index - 232);
    return hex(grey, grey, grey);
  }
  const step = (value: number) => (value ? 55 + 40 * value : 0);
  const cube = index - 16;
  return hex(step(Math.floor(cube / 36)), step(Math.floor(cube / 6) % 6), step(cube % 6));
}

function hex(...channels: number[]): string {
  const two = (value: number) => Math.min(255, value).toString(16).padStart(2, "0");
  return `#${channels.map(two).join("")}`;
}

function same(a: Style, b: Style): boolean {
  return (Object.keys(a) as (keyof Style)[]).every((key) => a[key] === b[key]);
}

/** A node for a piece: plain text where nothing is styled, else a span with classes. */
export function nodeOf({ text, style }: Piece): Node {
  if (style === PLAIN) return document.createTextNode(text);
  const span = document.createElement("span");
  span.textContent = text;
  const { fg, bg } = style.inverse ? { fg: style.bg, bg: style.fg } : style;
  if (style.inverse) span.classList.add("ansi-inverse");
  for (const name of ["bold", "faint", "italic", "underline"] as const)
    if (style[name]) span.classList.add(`ansi-${name}`);
  paint(span, "fg", fg);
  paint(span, "bg", bg);
  return span;
}

function paint(span: HTMLElement, kind: "fg" | "bg", colour: Colour): void {
  if (colour === null) return;
  if (typeof colour === "number") span.classList.add(`ansi-${kind}-${colour}`);
  else if (kind === "bg") span.style.backgroundColor = colour;
  // Mixed with the ink, a colour that was chosen for one paper can be read on the other too.
  else span.style.color = `color-mix(in srgb, ${colour} 60%, var(--ink))`;
}
