// What a person can do with a picture of an output: see it large, save it, copy it. Fetched when the
// first picture is there. Not for drawing it (pictures.ts).
import { el } from "../../lib/dom";
import { say } from "./outputwords";

/** Put the tools beside the picture; they show when the pointer or the focus is near. */
export function addTools(box: HTMLElement, img: HTMLImageElement, ending: string): void {
  const large = el("button", { type: "button", class: "plain small", onclick: () => open(img) });
  large.textContent = say("picture_large");
  const save = el("a", {
    class: "button plain small",
    href: img.src,
    download: `picture.${ending}`,
  });
  save.textContent = say("picture_save");
  const tools = el("div", { class: "picture-tools" }, large, save);
  if ("ClipboardItem" in window && navigator.clipboard) {
    const copy = el("button", { type: "button", class: "plain small" }, say("picture_copy"));
    copy.addEventListener("click", () => void copied(img, copy));
    tools.append(copy);
  }
  box.append(tools);
  img.addEventListener("dblclick", () => open(img));
}

function open(img: HTMLImageElement): void {
  const close = el("button", { type: "button", class: "plain", autofocus: true }, say("close"));
  const whole = el("img", { src: img.src, alt: img.alt });
  const sheet = el(
    "dialog",
    { class: "picture-sheet", "aria-label": img.alt },
    el("div", { class: "picture-paper", tabindex: 0 }, whole),
    close,
  );
  close.addEventListener("click", () => sheet.close());
  sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
  sheet.addEventListener("close", () => sheet.remove());
  document.body.append(sheet);
  sheet.showModal();
}

// Clipboards take PNG only, so every other kind is drawn once.
async function copied(img: HTMLImageElement, button: HTMLButtonElement): Promise<void> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": asPng(img) })]);
    button.textContent = say("copied");
  } catch {
    button.textContent = say("not_copied");
  }
  setTimeout(() => {
    button.textContent = say("picture_copy");
  }, 2000);
}

async function asPng(img: HTMLImageElement): Promise<Blob> {
  await img.decode();
  const canvas = el("canvas", { width: img.naturalWidth, height: img.naturalHeight });
  canvas.getContext("2d")?.drawImage(img, 0, 0);
  return await new Promise((done, fail) =>
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("empty"))), "image/png"),
  );
}
