// Output that lives on scripts, in a frame of its own: an opaque origin without network, made by the
// server's /frame/output page and its content security policy. Not for still HTML (sanitise.ts).
import { el } from "../lib/dom";

const LEAST = 24;
const MOST = 4000; // pixels; a frame cannot make the page endless

type FrameProps = { address: string; html: string; title: string };

/** A frame that shows `html` and follows its height. */
export function outputFrame({ address, html, title }: FrameProps): HTMLIFrameElement {
  const frame = el("iframe", {
    class: "output-frame",
    sandbox: "allow-scripts",
    referrerpolicy: "no-referrer",
    loading: "lazy",
    src: address,
    title,
  });
  let given = false;
  frame.addEventListener("load", () => {
    if (given) return; // a frame that led itself elsewhere gets nothing
    given = true;
    window.addEventListener("message", listen);
    const { color } = getComputedStyle(frame);
    // An opaque origin has no name to post to; the address is our own page, loaded just now.
    frame.contentWindow?.postMessage({ html, color }, "*");
  });
  const listen = (event: MessageEvent) => {
    if (!frame.isConnected) window.removeEventListener("message", listen);
    else if (event.source === frame.contentWindow) follow(frame, event.data);
  };
  return frame;
}

function follow(frame: HTMLIFrameElement, data: unknown): void {
  const height = (data as { height?: unknown } | null)?.height;
  if (typeof height !== "number" || !Number.isFinite(height)) return;
  frame.style.height = `${Math.min(MOST, Math.max(LEAST, Math.ceil(height)))}px`;
}
