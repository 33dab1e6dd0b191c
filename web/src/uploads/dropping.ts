// The whole page is the drop target: it lights up while files are dragged over it.
import { el } from "../lib/dom";
import { say } from "./words";

/** `dropped` gets the files; folders among them are counted in `folders` and left out. */
export function listenForDrops(dropped: (files: File[], folders: number) => void): void {
  const veil = el(
    "div",
    { class: "drop-veil", hidden: true, "aria-hidden": "true" },
    el("p", {}, say("drop")),
  );
  document.body.append(veil);
  let depth = 0; // dragenter and dragleave also fire between the page's own elements
  const carries = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  const show = (now: number) => {
    depth = Math.max(0, now);
    veil.hidden = depth === 0;
  };
  document.addEventListener("dragenter", (event) => {
    if (carries(event)) show(depth + 1);
  });
  document.addEventListener("dragleave", (event) => {
    if (carries(event)) show(depth - 1);
  });
  document.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
  });
  document.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    show(0);
    const items = [...(event.dataTransfer?.items ?? [])].filter((item) => item.kind === "file");
    const isFolder = (item: DataTransferItem) => item.webkitGetAsEntry()?.isDirectory ?? false;
    const files = items.filter((item) => !isFolder(item)).map((item) => item.getAsFile());
    dropped(
      files.filter((file) => file !== null),
      items.filter(isFolder).length,
    );
  });
}
