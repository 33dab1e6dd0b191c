// Takes away what a person left in this browser: drafts, copied cells, notes of open pages.
// The server asks the browser for the same (Clear-Site-Data), which plain HTTP leaves unheard.

/** Empties every store of this site. Cookies stay: the device's own is among them. */
export async function clearTraces(): Promise<void> {
  for (const store of [() => window.localStorage, () => window.sessionStorage]) {
    try {
      store().clear();
    } catch {
      // switched off: then nothing is in it
    }
  }
  await Promise.allSettled([clearDatabases(), clearCaches()]);
}

async function clearDatabases(): Promise<void> {
  if (!("indexedDB" in window) || !indexedDB.databases) return;
  for (const { name } of await indexedDB.databases()) if (name) indexedDB.deleteDatabase(name);
}

async function clearCaches(): Promise<void> {
  if (!("caches" in window)) return;
  for (const name of await caches.keys()) await caches.delete(name);
}
