// @vitest-environment jsdom
// Real sessions and real editors of several pages against one broker whose lines break anywhere:
// seeded, so that what fails once fails again. FUZZ_SEEDS=<from>-<to> plays others.
import { expect, test } from "vitest";
import type { CellEditor } from "../editor/editor";
import { codeCell, FakeBroker } from "./fakebroker";
import type { Kept } from "./recall";
import { Session } from "./session";
import { editorOf } from "./testeditors";

const [FROM, TO] = (process.env.FUZZ_SEEDS ?? "1-20").split("-").map(Number) as [number, number];
const STEPS = 120;
const PAGES = 3;
const SYLLABLES = [
  ["ㅎ", "하", "한"],
  ["ㄷ", "다", "닭", "달가"],
];

/** mulberry32: small, and the same everywhere. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

class Page {
  readonly session: Session;

  constructor(
    broker: FakeBroker,
    readonly line: number,
    readonly offered: string[] = [],
    private left: readonly Kept[] = [],
  ) {
    const events = {
      changed: () => {},
      said: () => {},
      orphaned: (text: string) => this.offered.push(text),
      landed: () => {
        this.left = [];
      },
    };
    this.session = new Session(broker.open, events, left);
  }

  /** What the browser's storage holds of it, and of those before it until it has taken that in. */
  get kept(): Kept[] {
    const own = this.session.kept();
    return [...this.left, ...(own ? [JSON.parse(JSON.stringify(own))] : [])];
  }

  get order(): readonly string[] {
    return this.session.state.document.order;
  }

  editor(id: string): CellEditor | null {
    return editorOf(this.session, id, this.offered);
  }
}

class Play {
  readonly broker = new FakeBroker([
    codeCell("a", "한글 😀"),
    codeCell("b"),
    codeCell("c", "x\ny"),
  ]);
  readonly pages: Page[] = [];
  readonly words = new Map<string, number>(); // a character that only this page types, once
  private readonly below: (n: number) => number;
  private lines = 0;

  constructor(seed: number) {
    this.below = random(seed);
  }

  async begin(): Promise<void> {
    for (let i = 0; i < PAGES; i += 1) this.pages.push(new Page(this.broker, this.lines++));
    await Promise.resolve();
    this.broker.slow = true;
  }

  step(): void {
    const who = this.below(PAGES);
    const page = this.pages[who] as Page;
    const cell = page.order[this.below(Math.max(1, page.order.length))] ?? null;
    const other = page.order[this.below(Math.max(1, page.order.length))] ?? null;
    const editor = cell === null ? null : page.editor(cell);
    const what = this.below(24);
    if (what < 5 && editor) this.type(who, editor);
    else if (what < 7 && editor) this.compose(editor);
    else if (what === 7) page.session.insert("code", cell, "new");
    else if (cell === null || other === null) return;
    else if (what === 8) page.session.remove(cell);
    else if (what === 9) page.session.undo();
    else if (what === 10) page.session.redo();
    else if (what === 11) page.session.moveTo(cell, other);
    else if (what === 12) page.session.split(cell, this.below(8));
    else if (what === 13) page.session.merge(cell, other);
    else if (what === 14) page.session.note(cell, { tags: [String(this.below(3))] });
    else if (what === 15) this.broker.breakLine(page.line);
    else if (what === 16) this.broker.connect(page.line);
    else if (what === 17) this.reload(who, page);
    else this.travel(page.line, what % 2 === 0);
  }

  private travel(line: number, up: boolean): void {
    for (let i = 0; i < 4; i += 1) up ? this.broker.hear(line) : this.broker.answer(line);
  }

  // The tab is closed in the middle of everything; the next one finds what it had not sent.
  private reload(who: number, page: Page): void {
    const { kept } = page;
    page.session.destroy();
    this.pages[who] = new Page(this.broker, this.lines++, page.offered, kept);
  }

  private type(who: number, { view }: CellEditor): void {
    const word = String.fromCharCode(0xe000 + this.words.size); // one unit: nothing falls inside
    this.words.set(word, who);
    const from = whole(view.state.doc.toString(), this.below(view.state.doc.length + 1));
    const insert = ["", "😀", "\n", "é"][this.below(4)] + word;
    view.dispatch({ changes: { from, insert } });
  }

  private compose({ view }: CellEditor): void {
    const from = whole(view.state.doc.toString(), this.below(view.state.doc.length + 1));
    let to = from;
    for (const insert of SYLLABLES[this.below(2)] ?? []) {
      view.dispatch({ changes: { from, to, insert } });
      to = from + insert.length;
    }
  }

  settle(): void {
    for (const { line } of this.pages) this.broker.connect(line);
    for (let round = 0, busy = true; busy && round < 5000; round += 1) {
      busy = false;
      for (const { line } of this.pages) {
        while (this.broker.hear(line)) busy = true;
        while (this.broker.answer(line)) busy = true;
      }
    }
  }
}

function whole(text: string, at: number): number {
  const low = text.charCodeAt(at);
  return low >= 0xdc00 && low < 0xe000 ? at - 1 : at;
}

async function played(seed: number): Promise<void> {
  const play = new Play(seed);
  await play.begin();
  for (let i = 0; i < STEPS; i += 1) play.step();
  play.settle();
  const { document, log } = play.broker;
  for (const { session } of play.pages) {
    expect(session.hasUnsent, `seed ${seed}: something was never sent`).toBe(false);
    expect(session.state.document).toEqual(document);
    for (const [id, editor] of session.texts.all)
      expect([id, editor.text], `seed ${seed}`).toEqual([id, document.cells.get(id)?.source]);
  }
  const counts = new Map<string, number>();
  for (const event of log)
    for (const { client, changes } of event.type === "cell_edited" ? event.updates : [])
      for (const word of client === "lookin"
        ? []
        : (JSON.stringify(changes).match(/[\ue000-\uf8ff]/g) ?? []))
        counts.set(word, (counts.get(word) ?? 0) + 1);
  for (const [word, who] of play.words) {
    const isOffered = play.pages[who]?.offered.some((text) => text.includes(word));
    expect(counts.get(word) ?? 0, `seed ${seed}: ${word} came twice`).toBeLessThanOrEqual(1);
    expect(
      counts.has(word) || isOffered,
      `seed ${seed}: ${word.charCodeAt(0) - 0xe000} is lost`,
    ).toBe(true);
  }
}

for (let seed = FROM; seed <= TO; seed += 1)
  test(`several pages converge, nothing lost and nothing twice (seed ${seed})`, () => played(seed));
