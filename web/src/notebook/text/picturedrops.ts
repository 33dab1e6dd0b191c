// Notices pictures that are pasted into the notebook or dropped on a cell, and fetches what takes them
// in (attaching.ts). Text is left to the editors, cells to clipboard.ts.
import type { Notebook } from "../notebook";

export function watchPictures(notebook: Notebook): void {
  const list = notebook.element;
  document.addEventListener("paste", (event) => pasted(notebook, event), true);
  list.addEventListener("dragover", (event) => {
    if (!carriesFiles(event) || !notebook.session.state.writable) return;
    event.preventDefault();
    mark(list, cellAt(event));
  });
  list.addEventListener("dragleave", () => mark(list, null));
  list.addEventListener("drop", (event) => dropped(notebook, event), true);
}

function pasted(notebook: Notebook, event: ClipboardEvent): void {
  const target = event.target as Element;
  const isHere = target === document.body || notebook.element.contains(target);
  const data = event.clipboardData;
  const files = [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));
  // Word processors add a picture of the text to the text: then the text is what is meant.
  if (!isHere || !files.length || data?.getData("text/plain").trim()) return;
  event.preventDefault();
  event.stopPropagation();
  take(notebook, notebook.chosen, files);
}

function dropped(notebook: Notebook, event: DragEvent): void {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  event.stopPropagation();
  mark(notebook.element, null);
  const id = cellAt(event)?.dataset.cell ?? notebook.chosen;
  take(notebook, id, [...(event.dataTransfer?.files ?? [])]);
}

function take(notebook: Notebook, id: string | null, files: File[]): void {
  void import("./attaching").then((module) => module.addPictures(notebook, id, files));
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

function cellAt(event: Event): HTMLElement | null {
  return (event.target as Element).closest<HTMLElement>(".cell");
}

function mark(list: Element, cell: Element | null): void {
  for (const other of list.querySelectorAll(".takes-file"))
    if (other !== cell) other.classList.remove("takes-file");
  cell?.classList.add("takes-file");
}
