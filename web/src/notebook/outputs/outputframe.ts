// Output that lives on scripts, in a frame of its own: an opaque origin with a policy of its own, made
// by the server's /frame/output page. It is filled when it comes near, and emptied when many are far
// away. Not for still HTML (sanitise.ts), nor for what stands in a frame (frame/pages.ts).
import { el } from "../../lib/dom";

const LEAST = 24;
const MOST = 4000; // pixels; a frame cannot make the page endless
const NEAR = "800px";
const MOST_LIVE = 12; // frames that stay filled wherever they are

type FrameProps = { address: string; html: string; title: string; height?: number };

/** A frame that shows `html` and follows its height. */
export function outputFrame(props: FrameProps): HTMLIFrameElement {
  const frame = el("iframe", {
    class: "output-frame",
    sandbox: "allow-scripts",
    referrerpolicy: "no-referrer",
    title: props.title,
  });
  if (props.height) frame.style.height = `${within(props.height)}px`;
  const life = new FrameLife(frame, props);
  if (watch) {
    lives.set(frame, life);
    watch.observe(frame);
  } else life.fill();
  return frame;
}

class FrameLife {
  private given = false;
  private filled = false;

  constructor(
    private readonly frame: HTMLIFrameElement,
    private readonly props: FrameProps,
  ) {
    frame.addEventListener("load", () => this.give());
  }

  fill(): void {
    live.delete(this);
    live.add(this);
    if (this.filled) return;
    this.filled = true;
    this.given = false;
    window.addEventListener("message", this.listen);
    this.frame.src = this.props.address;
    for (const other of live) {
      if (live.size <= MOST_LIVE) break;
      if (other.isFar) other.empty();
    }
  }

  // Its height stays, so nothing jumps; what a person did in it is lost, as with any page left.
  private empty(): void {
    live.delete(this);
    if (document.activeElement === this.frame) return;
    this.filled = false;
    this.given = true; // the blank page that loads now gets nothing
    window.removeEventListener("message", this.listen);
    this.frame.removeAttribute("src");
  }

  private get isFar(): boolean {
    const { top, bottom } = this.frame.getBoundingClientRect();
    return bottom < -3 * innerHeight || top > 4 * innerHeight;
  }

  private give(): void {
    if (this.given || !this.filled) return; // a frame that led itself elsewhere gets nothing
    this.given = true;
    // An opaque origin has no name to post to; the address is our own page, loaded just now.
    const { html } = this.props;
    this.frame.contentWindow?.postMessage({ html, theme: themeOf(this.frame) }, "*");
  }

  private readonly listen = (event: MessageEvent): void => {
    if (!this.frame.isConnected) {
      window.removeEventListener("message", this.listen);
      live.delete(this);
    } else if (event.source === this.frame.contentWindow) follow(this.frame, event.data);
  };
}

const lives = new WeakMap<Element, FrameLife>();
const live = new Set<FrameLife>();
const watch =
  "IntersectionObserver" in window
    ? new IntersectionObserver(
        (seen) => {
          for (const { target, isIntersecting } of seen)
            if (isIntersecting) lives.get(target)?.fill();
        },
        { rootMargin: NEAR },
      )
    : null;

function follow(frame: HTMLIFrameElement, data: unknown): void {
  const { height, leave } = (data ?? {}) as { height?: unknown; leave?: unknown };
  if (leave === true && document.activeElement === frame)
    frame.closest<HTMLElement>(".cell, [tabindex]")?.focus();
  if (typeof height !== "number" || !Number.isFinite(height)) return;
  const next = `${within(height)}px`;
  if (frame.style.height === next) return;
  frame.style.height = next;
  frame.dispatchEvent(new Event("resized", { bubbles: true }));
}

function within(height: number): number {
  return Math.min(MOST, Math.max(LEAST, Math.ceil(height)));
}

/** The page's colours, for output that cares to match: --lookin-ink and so on in the frame. */
function themeOf(frame: HTMLElement): Record<string, string> {
  const style = getComputedStyle(frame);
  const names = ["ink", "ink-soft", "paper", "line", "accent"];
  return Object.fromEntries(
    names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  );
}
