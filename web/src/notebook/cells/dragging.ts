// Moving cells by hand: a grip and the pointer, or a long press on a touch screen. The page scrolls at
// its edges, a line says where the cells will be, Escape gives up. The keyboard's way is Alt and an
// arrow (cellcommands.ts).
import { el } from "../../lib/dom";

export type DragHost = {
  /** The cells in order, as elements. */
  cells(): HTMLElement[];
  /** The ids that move when this cell is taken. */
  taken(id: string): string[];
  /** Put `ids` behind the cell `after`, or to the top. */
  dropped(ids: string[], after: string | null): void;
};

const LONG_PRESS_MS = 450;
const SLOP = 8; // pixels a finger may tremble in that time
const EDGE = 72; // pixels from the window's edge where the page begins to scroll
const FASTEST = 18; // pixels a frame

type Drag = { ids: string[]; after: string | null; x: number; y: number; pointer: number };

export class Dragging {
  private readonly line = el("div", { class: "drop-line", hidden: true });
  private drag: Drag | null = null;
  private frame = 0;

  constructor(
    private readonly list: HTMLElement,
    private readonly host: DragHost,
    private readonly allowed: () => boolean,
  ) {
    list.addEventListener("pointerdown", (event) => this.down(event));
    list.addEventListener("contextmenu", (event) => this.drag && event.preventDefault());
    // A touch that became a drag must not scroll as well.
    list.addEventListener("touchmove", (event) => this.drag && event.preventDefault(), {
      passive: false,
    });
  }

  private down(event: PointerEvent): void {
    const target = event.target as Element;
    const id = target.closest<HTMLElement>(".cell")?.dataset.cell;
    if (!id || !this.allowed() || this.drag || event.button !== 0) return;
    if (target.closest(".grip")) {
      event.preventDefault();
      this.begin(id, event);
    } else if (event.pointerType === "touch" && isHoldable(target)) this.hold(id, event);
  }

  private hold(id: string, event: PointerEvent): void {
    const { clientX: x, clientY: y } = event;
    const timer = window.setTimeout(() => {
      release();
      navigator.vibrate?.(10);
      this.begin(id, event);
    }, LONG_PRESS_MS);
    const moved = (now: PointerEvent) => {
      if (Math.hypot(now.clientX - x, now.clientY - y) > SLOP) release();
    };
    const release = () => {
      clearTimeout(timer);
      removeEventListener("pointermove", moved);
      for (const end of ["pointerup", "pointercancel"]) removeEventListener(end, release);
    };
    addEventListener("pointermove", moved);
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, release);
  }

  private begin(id: string, event: PointerEvent): void {
    const { clientX: x, clientY: y, pointerId: pointer } = event;
    if (!this.line.isConnected) this.list.before(this.line);
    this.drag = { ids: this.host.taken(id), after: null, x, y, pointer };
    document.documentElement.classList.add("dragging-cells");
    this.mark(true);
    addEventListener("pointermove", this.moved);
    addEventListener("pointerup", this.up);
    addEventListener("pointercancel", this.cancel);
    addEventListener("keydown", this.key, true);
    this.frame = requestAnimationFrame(() => this.scroll());
    this.aim();
  }

  private readonly moved = (event: PointerEvent) => {
    if (!this.drag || event.pointerId !== this.drag.pointer) return;
    this.drag.x = event.clientX;
    this.drag.y = event.clientY;
    this.aim();
  };

  private readonly up = () => {
    const { drag } = this;
    this.end();
    if (drag) this.host.dropped(drag.ids, drag.after);
  };

  private readonly cancel = () => this.end();

  private readonly key = (event: KeyboardEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") this.end();
  };

  private end(): void {
    cancelAnimationFrame(this.frame);
    document.documentElement.classList.remove("dragging-cells");
    this.mark(false);
    this.drag = null;
    this.line.hidden = true;
    removeEventListener("pointermove", this.moved);
    removeEventListener("pointerup", this.up);
    removeEventListener("pointercancel", this.cancel);
    removeEventListener("keydown", this.key, true);
  }

  private mark(moving: boolean): void {
    const ids = new Set(this.drag?.ids);
    for (const cell of this.host.cells())
      cell.classList.toggle("moving", moving && ids.has(cell.dataset.cell ?? ""));
  }

  // The drop line stands between the two cells whose middles are above and below the pointer.
  private aim(): void {
    if (!this.drag) return;
    const cells = this.host.cells();
    const boxes = cells.map((cell) => cell.getBoundingClientRect());
    const at = placeAt(boxes, this.drag.y);
    this.drag.after = cells[at - 1]?.dataset.cell ?? null;
    const frame = (this.line.offsetParent ?? document.body).getBoundingClientRect();
    const top = boxes[at]?.top ?? boxes.at(-1)?.bottom ?? 0;
    this.line.style.top = `${top - frame.top - 1}px`;
    this.line.hidden = false;
  }

  private scroll(): void {
    if (!this.drag) return;
    const { y } = this.drag;
    const into = y < EDGE ? y - EDGE : Math.max(0, y - (innerHeight - EDGE));
    if (into) {
      scrollBy({
        top: (Math.max(-EDGE, Math.min(EDGE, into)) / EDGE) * FASTEST,
        behavior: "instant",
      });
      this.aim();
    }
    this.frame = requestAnimationFrame(() => this.scroll());
  }
}

/** Before which of these boxes, top to bottom, something at the height `y` belongs. */
export function placeAt(boxes: readonly { top: number; bottom: number }[], y: number): number {
  const found = boxes.findIndex(({ top, bottom }) => y < (top + bottom) / 2);
  return found < 0 ? boxes.length : found;
}

// Where a long press means nothing else: selecting text in an editor or an output stays as it is.
function isHoldable(target: Element): boolean {
  if (target.closest(".cm-editor, button, a, input, textarea, select, iframe")) return false;
  return target.closest(".margin, .tools, .rendered") !== null || target.classList.contains("cell");
}
