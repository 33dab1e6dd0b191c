// How a widget is laid out and coloured: the Layout and Style models as CSS properties, from a short
// list, so that nothing of a kernel reaches beyond its own element.
import type { State } from "./comms";

const LAYOUT =
  `align_content align_items align_self border_bottom border_left border_right border_top
  display flex flex_flow grid_area grid_auto_columns grid_auto_flow grid_auto_rows grid_column grid_gap
  grid_row grid_template_areas grid_template_columns grid_template_rows height justify_content
  justify_items margin max_height max_width min_height min_width object_fit object_position order
  overflow padding visibility width`.split(/\s+/);
const TEXT: Record<string, string> = {
  font_weight: "font-weight",
  font_size: "font-size",
  font_style: "font-style",
  font_variant: "font-variant",
  font_family: "font-family",
  text_color: "color",
  text_decoration: "text-decoration",
  background: "background-color",
  button_color: "background-color",
};

/** Put a Layout model's values on `element`. */
export function layOut(element: HTMLElement, layout: State | undefined): void {
  for (const name of LAYOUT) put(element, name.replaceAll("_", "-"), layout?.[name]);
  const grid = layout?.grid_gap;
  if (grid) put(element, "gap", grid);
}

/** Put a Style model's values on `element`; the width of descriptions goes to a property of ours. */
export function paint(element: HTMLElement, style: State | undefined): void {
  for (const [name, property] of Object.entries(TEXT)) put(element, property, style?.[name]);
  put(element, "--widget-bar", style?.bar_color);
  put(element, "--widget-label", widthOf(style?.description_width));
  const chosen = style?.button_color;
  if (chosen) element.style.color = "CanvasText";
}

function widthOf(value: unknown): unknown {
  return value === "initial" ? "auto" : value;
}

// A name may be written with escapes, so no escape at all.
const FETCHES = /\\|url\s*\(|image|cross-fade|src\s*\(|expression|var\s*\(/i;

// One declaration at a time: a value cannot bring others along, nor fetch anything.
function put(element: HTMLElement, property: string, value: unknown): void {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  if (FETCHES.test(text) || text.length > 500) return;
  if (text) element.style.setProperty(property, text);
  else element.style.removeProperty(property);
}
