// What is written into an output's frame: the output's own HTML, or a small page that shows a chart's
// data with its library. Everything from a kernel stands there as data or as the frame's own content.
import type { FormContext } from "../notebook/outputs/forms";
import { outputFrame } from "../notebook/outputs/outputframe";
import { installed, rewritten, scriptsFor } from "./libraries";

type Make = (text: string, scripts: string, context: FormContext) => string;

/** The frame of an output of this kind: plotly, vega, bokeh, javascript or html. */
export async function framed(
  kind: string,
  text: string,
  context: FormContext,
): Promise<HTMLIFrameElement> {
  const have = await installed();
  const needs = kind === "html" || kind === "javascript" ? [] : scriptsFor(kind, have);
  const scripts = needs.map((src) => `<script src="${src}"></script>`).join("");
  const html = rewritten((PAGES[kind] ?? asItIs)(text, scripts, context), have);
  const { frame, height } = context;
  return outputFrame({ address: frame, html, title: context.title(), height });
}

const asItIs: Make = (text) => text;

const PAGES: Record<string, Make> = {
  html: asItIs,
  javascript: (text) =>
    `<div id="output"></div><script>(function (element) {\n${text.replace(END, "<\\/script")}\n})(document.getElementById("output"))</script>`,
  plotly: (text, scripts) =>
    `${scripts}<div id="chart"></div><script>(() => {
const figure = ${embedded(text)};
Plotly.newPlot("chart", figure.data, figure.layout || {}, { responsive: true, ...figure.config })
  .then((chart) => figure.frames && Plotly.addFrames(chart, figure.frames));
})()</script>`,
  vega: (text, scripts, { output }) =>
    `${scripts}<div id="chart" style="width:100%"></div><script>(() => {
const options = ${embedded(JSON.stringify(optionsOf(output.metadata)))};
vegaEmbed("#chart", ${embedded(text)}, { mode: undefined, ...options });
})()</script>`,
  bokeh: (text, scripts, { output }) =>
    scripts
      ? `${scripts}${rootsOf(text)}<script>${text.replace(END, "<\\/script")}</script>`
      : `<p>${escaped(output.metadata ? "BokehJS" : "Bokeh")}</p>`,
};

const END = /<\/script/gi;

/** JSON inside a script: no text in it can end the script. */
function embedded(json: string): string {
  JSON.parse(json); // else it is no data, and must not stand in a script
  return json
    .replace(/</g, "\\u003c")
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
}

// The element of a Bokeh plot came as an output of its own, in another frame; so it is made here.
function rootsOf(script: string): string {
  const ids = [...script.matchAll(/"roots":\s*\{([^}]*)\}/g)].flatMap(([, roots = ""]) =>
    [...roots.matchAll(/"([\w-]+)":\s*"([\w-]+)"/g)].map(([, root, id]) => [root, id]),
  );
  return ids.map(([root, id]) => `<div id="${id}" data-root-id="${root}"></div>`).join("");
}

function optionsOf(metadata: Record<string, unknown> | undefined): object {
  const found = Object.entries(metadata ?? {}).find(([key]) => key.includes("vega"))?.[1];
  return (found as { embed_options?: object } | undefined)?.embed_options ?? {};
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
