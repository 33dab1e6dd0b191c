// Markdown with formulas as harmless elements: markdown-it, then the sanitiser, then KaTeX on the
// text of what is left. KaTeX is fetched when the first formula is met. Not for editing.
import MarkdownIt from "markdown-it";
import { type Locate, sanitise } from "./sanitise";
import { showTasks } from "./tasklists";

const markdown = new MarkdownIt({ html: true, linkify: true });
// A formula becomes an element that the sanitiser lets through and that prose does not use.
const MATH = { inline: "samp", block: "samp" } as const;
const MARK = "\u2063"; // an invisible separator: says that this <samp> is one of ours

type InlineState = Parameters<Parameters<typeof markdown.inline.ruler.before>[2]>[0];
type BlockState = Parameters<Parameters<typeof markdown.block.ruler.before>[2]>[0];

markdown.inline.ruler.before("escape", "math", inlineMath);
markdown.block.ruler.before("fence", "math", blockMath, {
  alt: ["paragraph", "reference", "blockquote", "list"],
});
markdown.renderer.rules.math = (tokens, index) => {
  const token = tokens[index];
  const tex = markdown.utils.escapeHtml(token?.content ?? "");
  const kind = token?.markup === "$$" ? "2" : "1";
  return `<${MATH.inline}>${MARK}${kind}${tex}</${MATH.inline}>`;
};

// A column's side as an attribute: the sanitiser takes every style away.
markdown.core.ruler.push("sides", ({ tokens }) => {
  for (const token of tokens) {
    const side = /^text-align:(\w+)$/.exec(String(token.attrGet("style")))?.[1];
    if (side) token.attrSet("align", side);
  }
});

// $…$ as in Pandoc: no blank inside the dollars, no digit after the closing one; also $$…$$ in a line.
function inlineMath(state: InlineState, silent: boolean): boolean {
  const found = /^(\$\$)([^$]+?)\$\$|^(\$)(?=\S)((?:\\.|[^$\\`])*?[^\s\\`]|[^\s$\\`])\$(?!\d)/.exec(
    state.src.slice(state.pos, state.pos + 10_000),
  );
  if (!found) return false;
  if (!silent) {
    const token = state.push("math", "", 0);
    token.markup = found[1] ?? found[3] ?? "$";
    token.content = found[2] ?? found[4] ?? "";
  }
  state.pos += found[0].length;
  return true;
}

// A paragraph that starts with $$ and ends with $$, over any number of lines.
function blockMath(state: BlockState, start: number, end: number, silent: boolean): boolean {
  const line = (n: number) =>
    state.src.slice((state.bMarks[n] ?? 0) + (state.tShift[n] ?? 0), state.eMarks[n]).trim();
  if (!line(start).startsWith("$$")) return false;
  const lines: string[] = [];
  for (let n = start; n < end && (n === start || line(n)); n += 1) {
    const text = n === start ? line(n).slice(2) : line(n);
    if (text.endsWith("$$")) {
      if (silent) return true;
      const token = state.push("math", "", 0);
      token.markup = "$$";
      token.content = [...lines, text.slice(0, -2)].join("\n").trim();
      token.map = [start, n + 1];
      state.line = n + 1;
      return true;
    }
    lines.push(text);
  }
  return false;
}

/** `source` as an element. Formulas are set a moment later, when KaTeX is there. */
export function renderMarkdown(source: string, where?: Locate): HTMLElement {
  const box = document.createElement("div");
  box.className = "rendered";
  box.append(sanitise(markdown.render(source), where));
  showTasks(box);
  for (const code of box.querySelectorAll("pre")) code.tabIndex = 0; // it scrolls; by keys too
  for (const mark of box.querySelectorAll(MATH.inline)) {
    const text = mark.textContent ?? "";
    if (!text.startsWith(MARK)) continue;
    const formula = document.createElement("span");
    mark.replaceWith(formula);
    void renderFormula(formula, text.slice(2), text[1] === "2");
  }
  return box;
}

/** Set the formulas between dollars in the text that `element` holds already. */
export function renderMarkdownMath(element: HTMLElement): void {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const node of texts) {
    const parts = node.data.split(
      /(\$\$[^$]+\$\$|\$[^\s$](?:[^$]*[^\s$])?\$|\\\(.+?\\\)|\\\[.+?\\\])/s,
    );
    if (parts.length < 2) continue;
    node.replaceWith(
      ...parts.map((part, index) => {
        if (index % 2 === 0) return part;
        const formula = document.createElement("span");
        const display = part.startsWith("$$") || part.startsWith("\\[");
        const ends = part.startsWith("$") && !display ? 1 : 2;
        void renderFormula(formula, part.slice(ends, -ends), display);
        return formula;
      }),
    );
  }
}

/** A LaTeX output: `$…$` and `$$…$$` in text, or a bare environment. */
export function renderLatex(source: string): HTMLElement {
  const tex = source.trim();
  return renderMarkdown(tex.startsWith("\\begin") ? `$$${tex}$$` : tex);
}

async function renderFormula(element: HTMLElement, tex: string, display: boolean): Promise<void> {
  element.className = display ? "formula" : "formula-inline";
  element.textContent = tex;
  const [{ default: katex }] = await Promise.all([
    import("katex"),
    import("katex/dist/katex.min.css"),
  ]);
  try {
    katex.render(tex, element, {
      displayMode: display,
      trust: false, // no \href, no \includegraphics: formulas are untrusted
      maxExpand: 500,
      maxSize: 20,
      strict: "ignore",
    });
  } catch (error) {
    element.classList.add("formula-broken");
    element.textContent = tex;
    element.title = error instanceof Error ? error.message : "";
  }
}
