// Which cells show line numbers: all or none as this browser remembers, with exceptions for a while.
// Not for drawing them (editor.ts).

import type { Texts } from "../live/texts";
import { remember, remembered } from "../panels/remembering";

const KEY = "lookin.lines";

export class LineNumbers {
  private all = remembered(KEY) === "yes";
  private readonly turned = new Set<string>(); // cells that differ from the rest

  constructor(
    private readonly texts: Texts,
    private readonly turnedAny: () => void,
  ) {}

  shownIn(cell: string): boolean {
    return this.all !== this.turned.has(cell);
  }

  toggle(cells: readonly string[]): void {
    for (const cell of cells) {
      if (!this.turned.delete(cell)) this.turned.add(cell);
      this.texts.get(cell)?.setLineNumbers(this.shownIn(cell));
    }
    this.turnedAny();
  }

  toggleAll(): void {
    this.all = !this.all;
    this.turned.clear();
    remember(KEY, this.all ? "yes" : "");
    for (const [, editor] of this.texts.all) editor.setLineNumbers(this.all);
    this.turnedAny();
  }
}
