// Small preferences of one browser (a panel that is open, line numbers). Not for anything of a person:
// a classroom's computer keeps them for the next one.

/** What was remembered under `key`, or "". A browser without storage remembers nothing. */
export function remembered(key: string): string {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

/** Remember `value`; "" forgets. */
export function remember(key: string, value: string): void {
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    // Full or forbidden: then it holds for this page only.
  }
}
