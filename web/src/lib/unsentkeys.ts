// Where a browser keeps what people have not sent yet: the names, and that nobody finds another's.
// What is kept is the notebook's matter (notebook/unsent.ts).

export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

export const UNSENT = "lookin.unsent"; // then the person, the notebook, the page

export function keysOf(shelf: Shelf, prefix: string): string[] {
  const keys = Array.from({ length: shelf.length }, (_, index) => shelf.key(index) ?? "");
  return keys.filter((key) => key.startsWith(prefix));
}

/** The browser's storage, null where it is switched off. */
export function shelfOf(): Shelf | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** Somebody else is here now: takes away what other people left in this browser. */
export function forgetOthers(shelf: Shelf, person: string): void {
  for (const key of keysOf(shelf, UNSENT))
    if (!key.startsWith(`${UNSENT}.${person}.`)) shelf.removeItem(key);
}
