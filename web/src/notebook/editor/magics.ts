// Cells that are not Python: `%%bash`, `%%html`, `%%sql` and their like, and lines such as `!pip` and
// `%timeit`. Marks their first line and takes Python's colours off the rest; not a parser of them.
import { type Extension, Prec, RangeSetBuilder } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";

const CELL = /^%%(\w+)/;
const PYTHON = new Set(["time", "timeit", "capture", "prun", "python", "python3", "pypy", "debug"]);
const LINE = /^\s*(?:[!%][^\s=]|[\w.]+\?{1,2}\s*$|\?{1,2}[\w.]+)/;

const line = Decoration.line({ class: "cm-magic" });
const foreign = Decoration.line({ class: "cm-foreign" });
const pieces: [RegExp, Decoration][] = [
  [/#.*$|--\s.*$|<!--.*?-->/g, Decoration.mark({ class: "cm-foreign-comment" })],
  [/"[^"\n]*"|'[^'\n]*'/g, Decoration.mark({ class: "cm-foreign-string" })],
  [
    /\b(?:select|from|where|group|order|by|join|on|as|and|or|not|insert|into|values|update|set|delete|create|table|limit|having|if|then|else|fi|for|in|do|done|while|case|esac|echo|export|function|return)\b|<\/?[a-zA-Z][\w-]*|\/?>/gi,
    Decoration.mark({ class: "cm-foreign-word" }),
  ],
];

export function magics(): Extension {
  return Prec.highest(
    ViewPlugin.fromClass(
      class {
        decorations: DecorationSet;
        constructor(view: EditorView) {
          this.decorations = decorationsOf(view);
        }
        update(update: ViewUpdate): void {
          if (update.docChanged || update.viewportChanged)
            this.decorations = decorationsOf(update.view);
        }
      },
      { decorations: (plugin) => plugin.decorations },
    ),
  );
}

function decorationsOf(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const { doc } = view.state;
  const kind = CELL.exec(doc.line(1).text)?.[1];
  const isForeign = kind !== undefined && !PYTHON.has(kind);
  for (const { from, to } of view.visibleRanges)
    for (let at = from; at <= to; ) {
      const here = doc.lineAt(at);
      if (here.number === 1 && kind) builder.add(here.from, here.from, line);
      else if (isForeign) paint(builder, here.from, here.text);
      else if (LINE.test(here.text)) builder.add(here.from, here.from, line);
      at = here.to + 1;
    }
  return builder.finish();
}

function paint(builder: RangeSetBuilder<Decoration>, from: number, text: string): void {
  builder.add(from, from, foreign);
  const found = pieces.flatMap(([pattern, mark]) =>
    [...text.matchAll(pattern)].map((match) => ({
      at: match.index,
      end: match.index + match[0].length,
      mark,
    })),
  );
  found.sort((a, b) => a.at - b.at || b.end - a.end);
  let reached = 0;
  for (const { at, end, mark } of found) {
    if (at < reached) continue;
    builder.add(from + at, from + end, mark);
    reached = end;
  }
}
