// What is not sent yet, written down in this browser so that it survives a reload and a closed tab:
// for one person and notebook, each page its own. Another page takes it up only when its page is
// gone, and then it is its own: nothing is sent twice. Not for what becomes of it (recall.ts).
import { keysOf, type Shelf, UNSENT } from "../../lib/unsentkeys";
import type { Kept } from "./recall";

type Written = Kept & { at: number; left: boolean };

const MOST_CHARS = 1_000_000; // of one page; a browser gives about five million to a place
const MOST_PAGES = 20; // of one person
const GONE_MS = 150_000; // without a sign of life; a tab in the background wakes once a minute
const BEAT_MS = 30_000;
const SOON_MS = 300;

export class UnsentShelf {
  private readonly mine: string;
  private readonly claimed: string[] = [];
  private isWritten = false;
  private soon = 0;
  private readonly beat: number;

  /** `what` says what is unsent now, or null; `taken` is called when another page took it up. */
  constructor(
    private readonly shelf: Shelf,
    private readonly place: { person: string; notebook: string; client: string },
    private readonly what: () => Kept | null,
    private readonly taken: () => void,
  ) {
    this.mine = `${this.prefix}${place.client}`;
    this.beat = window.setInterval(() => this.write(), BEAT_MS);
  }

  private get prefix(): string {
    return `${UNSENT}.${this.place.person}.${this.place.notebook}.`;
  }

  /** What pages of this person and notebook left that are gone. It is this page's from now on, and
      stays written down until `landed`. */
  takeLeft(now = Date.now()): Kept[] {
    const found: Kept[] = [];
    for (const key of keysOf(this.shelf, this.prefix)) {
      const written = this.read(key);
      if (key === this.mine || (written && !written.left && now - written.at < GONE_MS)) continue;
      if (written) found.push(written);
      if (written) this.claimed.push(key);
      else this.shelf.removeItem(key);
    }
    this.sign(false);
    return found;
  }

  /** What was taken is part of what this page has: it need not be kept twice. */
  landed(): void {
    this.write();
    for (const key of this.claimed.splice(0)) this.shelf.removeItem(key);
  }

  // That what was taken is in somebody's hands, or no longer.
  private sign(left: boolean): void {
    for (const key of this.claimed) {
      const written = this.read(key);
      if (written) this.shelf.setItem(key, JSON.stringify({ ...written, at: Date.now(), left }));
    }
  }

  /** Something changed: write it down in a moment. */
  note(): void {
    if (this.soon) return;
    this.soon = window.setTimeout(() => this.write(), SOON_MS);
  }

  /** Write it down now. Says whether all that is unsent is safe here. */
  write(left = false): boolean {
    clearTimeout(this.soon);
    this.soon = 0;
    if (!this.isMine) {
      this.end();
      this.taken();
      return true;
    }
    this.sign(left);
    const kept = this.what();
    const text = kept && JSON.stringify({ ...kept, at: Date.now(), left });
    this.isWritten = text !== null && text.length <= MOST_CHARS && this.put(text);
    if (!this.isWritten) this.shelf.removeItem(this.mine);
    return kept === null || this.isWritten;
  }

  /** Whether what was written is still there: else another page has taken it up. */
  get isMine(): boolean {
    return !this.isWritten || this.shelf.getItem(this.mine) !== null;
  }

  end(): void {
    clearTimeout(this.soon);
    clearInterval(this.beat);
  }

  private put(text: string): boolean {
    try {
      this.shelf.setItem(this.mine, text);
    } catch {
      return false; // no room: the page asks before it is left
    }
    const own = keysOf(this.shelf, `${UNSENT}.${this.place.person}.`);
    const others = own.filter((key) => key !== this.mine);
    others.sort((a, b) => (this.read(a)?.at ?? 0) - (this.read(b)?.at ?? 0));
    for (const key of others.slice(0, Math.max(0, own.length - MOST_PAGES)))
      this.shelf.removeItem(key);
    return true;
  }

  private read(key: string): Written | null {
    try {
      const written = JSON.parse(this.shelf.getItem(key) ?? "null") as Written | null;
      return Array.isArray(written?.cells) && Array.isArray(written.operations) ? written : null;
    } catch {
      return null;
    }
  }
}
