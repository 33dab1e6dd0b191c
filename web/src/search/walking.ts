// Where a key leads in the list of lines: arrows, Home and End, page keys from section to section. Pure.

export type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "shiftKey">;

/** The next line (null: back in the text), or undefined when the key is the field's own. `at` is the
    line that is marked, or -1; `starts` are the first lines of the sections. */
export function walked(
  press: Press,
  at: number,
  count: number,
  starts: readonly number[],
): number | null | undefined {
  if (press.ctrlKey || press.altKey || press.metaKey || press.shiftKey || !count) return undefined;
  const last = count - 1;
  switch (press.key) {
    case "ArrowDown":
      return at < last ? at + 1 : null;
    case "ArrowUp":
      return at < 0 ? last : at === 0 ? null : at - 1;
    case "PageDown":
      return starts.find((start) => start > at) ?? last;
    case "PageUp":
      return starts.findLast((start) => start < at) ?? 0;
    case "Home": // in the list once a line is marked, else in the text
      return at < 0 ? undefined : 0;
    case "End":
      return at < 0 ? undefined : last;
    default:
      return undefined;
  }
}
