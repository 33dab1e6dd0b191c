// Cells on their way through a clipboard: to text and back, checked, since anybody can write there.
// Pure. Not for reading or writing a clipboard (clipboard.ts).
import type { Cell, CellType } from "../live/protocol";

/** Outputs and ids stay behind: a pasted cell is a new one that has not run. */
export type CopiedCell = {
  type: CellType;
  source: string;
  metadata: Record<string, unknown>;
  attachments?: Record<string, Record<string, string>>;
};

export const CLIP_TYPE = "application/x-lookin-cells+json";
const MOST_CELLS = 500;
const MOST_CHARACTERS = 20_000_000;
const TYPES: ReadonlySet<unknown> = new Set(["code", "markdown", "raw"]);

export function copied(cell: Cell, source: string): CopiedCell {
  const { type, metadata, attachments } = cell;
  return attachments ? { type, source, metadata, attachments } : { type, source, metadata };
}

export function toClip(cells: readonly CopiedCell[]): string {
  return JSON.stringify({ lookin: 1, cells });
}

/** What another program gets: the sources, a blank line between. */
export function toPlainText(cells: readonly CopiedCell[]): string {
  return cells.map((cell) => cell.source).join("\n\n");
}

/** The cells in `text`, or null when it is not ours or broken. */
export function fromClip(text: string): CopiedCell[] | null {
  if (text.length > MOST_CHARACTERS) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const cells = isRecord(value) && value.lookin === 1 ? value.cells : null;
  if (!Array.isArray(cells) || !cells.length || cells.length > MOST_CELLS) return null;
  return cells.every(isCell) ? cells.map(clean) : null;
}

type Loose = CopiedCell & Record<string, unknown>;

function isCell(value: unknown): value is Loose {
  return (
    isRecord(value) &&
    TYPES.has(value.type) &&
    typeof value.source === "string" &&
    isRecord(value.metadata) &&
    (value.attachments === undefined || isAttachments(value.attachments))
  );
}

function isAttachments(value: unknown): boolean {
  return (
    isRecord(value) &&
    Object.values(value).every(
      (bundle) =>
        isRecord(bundle) && Object.values(bundle).every((data) => typeof data === "string"),
    )
  );
}

function clean({ type, source, metadata, attachments }: Loose): CopiedCell {
  const text = source.replace(/\r\n?/g, "\n");
  return attachments
    ? { type, source: text, metadata, attachments }
    : { type, source: text, metadata };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
