// The notebook page's few drawings, 16 by 16, in the colour of the text around them.
import { svg } from "../lib/dom";

const PATHS = {
  run: "M5 3.2v9.6a.6.6 0 0 0 .92.5l7.3-4.8a.6.6 0 0 0 0-1L5.92 2.7A.6.6 0 0 0 5 3.2Z",
  stop: "M4.5 3.5h7a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1Z",
  up: "M8 12.5v-9M4 7l4-4 4 4",
  down: "M8 3.5v9M4 9l4 4 4-4",
  remove: "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5M6.8 7v3.6M9.2 7v3.6",
  text: "M3 4h10M3 8h7M3 12h9",
  code: "M6 4 2.5 8 6 12M10 4l3.5 4L10 12",
  add: "M8 3.5v9M3.5 8h9",
  copy: "M5.5 5.5V3.6a.6.6 0 0 1 .6-.6h6.3a.6.6 0 0 1 .6.6v6.3a.6.6 0 0 1-.6.6h-1.9M3.6 5.5h6.3a.6.6 0 0 1 .6.6v6.3a.6.6 0 0 1-.6.6H3.6a.6.6 0 0 1-.6-.6V6.1a.6.6 0 0 1 .6-.6Z",
  back: "M9.5 3.5 5 8l4.5 4.5",
  undo: "M3.5 6.5h6a3.5 3.5 0 0 1 0 7H6M6 4 3.5 6.5 6 9",
  grip: "M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01",
  close: "M4 4l8 8M12 4l-8 8",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
} as const;

export type IconName = keyof typeof PATHS;
const FILLED = new Set<IconName>(["run", "stop"]);

export function icon(name: IconName): SVGElement {
  const filled = FILLED.has(name);
  return svg(
    "svg",
    { viewBox: "0 0 16 16", class: `icon icon-${name}`, "aria-hidden": "true" },
    svg("path", {
      d: PATHS[name],
      fill: filled ? "currentColor" : "none",
      stroke: filled ? "none" : "currentColor",
      "stroke-width": name === "more" || name === "grip" ? 2.4 : 1.5,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    }),
  );
}
