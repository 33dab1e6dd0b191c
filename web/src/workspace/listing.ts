// The server's list of files as data: checked on arrival, and where each row leads.

export type Kind = "folder" | "notebook" | "file";
export type Entry = { name: string; path: string; kind: Kind; size: number; modified_ms: number };
export type Listing = { entries: Entry[]; more: number };

/** Throws TypeError when the answer is not a listing: a bug, never a person's doing. */
export function readListing(answer: unknown): Listing {
  const { entries, more } = answer as Partial<Listing>;
  if (!Array.isArray(entries) || typeof more !== "number") throw new TypeError("not a listing");
  return { entries, more };
}

/** Where a row's name leads: into the folder, the notebook, or to a download. */
export function addressOf(workspace: string, entry: Pick<Entry, "kind" | "path">): string {
  const path = encodeURIComponent(entry.path);
  if (entry.kind === "folder") return `/service?workspace=${workspace}&folder=${path}`;
  if (entry.kind === "notebook") return `/notebooks/open?workspace=${workspace}&path=${path}`;
  return `/files/${workspace}/${entry.path.split("/").map(encodeURIComponent).join("/")}`;
}

/** How many characters of a file's name come before its ending: what a rename selects. */
export function stemLength(name: string): number {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? dot : name.length;
}
