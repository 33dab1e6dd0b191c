// Tells a person who comes back what happened meanwhile: after the page was closed, hidden, or without
// its line. One quiet sentence with a way there. Not for counting it (away.ts).
import { isNews, lastSeen, type News, newsOf, noteSeen, ranSince } from "../live/away";
import type { NotebookEvent } from "../live/protocol";
import type { Notebook } from "../notebook";
import { say } from "../words";

const MOST_KEPT = 5000; // events while the page is hidden

export class AwayNews {
  private missed: NotebookEvent[] = [];
  private isAway = false;
  private opened = false;

  constructor(
    private readonly notebook: Notebook,
    private readonly id: string,
  ) {
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.leave();
      else this.comeBack();
    });
    window.addEventListener("pagehide", () => this.note());
  }

  /** The notebook is here for the first time since the page was opened. */
  update(): void {
    const { state } = this.notebook.session;
    if (this.opened || state.epoch === null) return;
    this.opened = true;
    const since = lastSeen(this.key);
    if (since) this.tell(ranSince(state.document, since));
    this.note();
  }

  /** Events as they come; `late`: the line was away meanwhile. */
  followed(events: readonly NotebookEvent[], late: boolean): void {
    if (late && !this.isAway) this.tell(newsOf(events, this.me));
    else if (this.isAway && this.missed.length < MOST_KEPT) this.missed.push(...events);
  }

  private get me(): string | null {
    return this.notebook.session.state.me?.person ?? null;
  }

  private get key(): string {
    return `${this.me ?? ""}.${this.id}`;
  }

  private leave(): void {
    this.isAway = true;
    this.missed = [];
    this.note();
  }

  private comeBack(): void {
    const { missed } = this;
    this.isAway = false;
    this.missed = [];
    this.tell(newsOf(missed, this.me));
  }

  // By the server's clock, since this machine's may be wrong: the last thing that was seen to end.
  private note(): void {
    if (!this.opened) return;
    const { cells } = this.notebook.session.state.document;
    const ends = [...cells.values()].map(({ run }) => run?.ended_at ?? 0);
    noteSeen(this.key, Math.max(1, lastSeen(this.key), ...ends));
  }

  private tell(news: News): void {
    if (!isNews(news)) return;
    const { messages, names } = this.notebook;
    const parts: string[] = [];
    if (news.ran) parts.push(say(news.ran > 1 ? "away_ran" : "away_ran_one", { n: news.ran }));
    if (news.failed) parts.push(say("away_failed", { n: news.failed }));
    for (const { by, cells } of news.changes.slice(0, 3)) {
      const name = names.get(by) ?? say("someone");
      parts.push(say(cells > 1 ? "away_changed" : "away_changed_one", { name, n: cells }));
    }
    const { cell } = news;
    const go = () => {
      if (cell && this.notebook.cell(cell)) this.notebook.choose(cell, false);
    };
    messages.tell(say("away", { news: parts.join(", ") }), { label: say("go_there"), run: go });
  }
}
