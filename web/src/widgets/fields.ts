// Widgets that are typed into or ticked: text, numbers, dates, colours, files, checkboxes, buttons.
import { el } from "../lib/dom";
import { size } from "../lib/words";
import { say } from "../notebook/outputs/outputwords";
import { list, Row, text } from "./labels";
import type { Handle, Maker, View } from "./view";

const MOST_FILE_BYTES = 500_000; // all files together, in one frame of the socket

export const fields: Record<string, Maker> = {
  TextView: (handle) => textField(handle, "text"),
  PasswordView: (handle) => textField(handle, "password"),
  TextareaView: (handle) => textField(handle, "area"),
  ComboboxView: combobox,
  IntTextView: (handle) => numberField(handle, true),
  FloatTextView: (handle) => numberField(handle, false),
  CheckboxView: checkbox,
  ToggleButtonView: toggle,
  ButtonView: button,
  DatePickerView: (handle) => dateField(handle, "date"),
  TimeView: (handle) => dateField(handle, "time"),
  ColorPickerView: colour,
  FileUploadView: upload,
  TagsInputView: tags,
};

function textField(handle: Handle, kind: "text" | "password" | "area"): View {
  const input = kind === "area" ? el("textarea", { rows: 3 }) : el("input", { type: kind });
  if (kind === "password") input.setAttribute("autocomplete", "off");
  const row = new Row(input);
  const say = () => handle.change({ value: input.value });
  input.addEventListener("input", () => handle.state.continuous_update !== false && say());
  input.addEventListener("change", say);
  input.addEventListener("keydown", (event) => {
    if (kind === "area" || (event as KeyboardEvent).key !== "Enter") return;
    say();
    handle.custom({ event: "submit" });
  });
  return {
    element: row.element,
    update(state) {
      row.update(state);
      if ("value" in state && input.value !== text(state.value)) input.value = text(state.value);
      if ("placeholder" in state) input.placeholder = text(state.placeholder).replace("\u200b", "");
      if ("rows" in state && typeof state.rows === "number" && input instanceof HTMLTextAreaElement)
        input.rows = Math.min(50, Math.max(1, state.rows));
    },
  };
}

function combobox(handle: Handle): View {
  const view = textField(handle, "text");
  const input = view.element.querySelector("input");
  const choices = el("datalist", { id: `${input?.id}-list` });
  input?.setAttribute("list", choices.id);
  view.element.append(choices);
  return {
    element: view.element,
    update(state) {
      view.update(state);
      if ("options" in state)
        choices.replaceChildren(
          ...list(state.options).map((o) => el("option", { value: text(o) })),
        );
    },
  };
}

function numberField(handle: Handle, whole: boolean): View {
  const input = el("input", { type: "number", inputmode: whole ? "numeric" : "decimal" });
  const row = new Row(input);
  const say = () => {
    const value = Number(input.value);
    if (input.value === "" || !Number.isFinite(value)) return;
    const { min, max } = handle.state;
    const low = typeof min === "number" ? Math.max(min, value) : value;
    handle.change({ value: typeof max === "number" ? Math.min(max, low) : low });
  };
  input.addEventListener("change", () => {
    say();
    input.value = text(handle.state.value);
  });
  input.addEventListener("input", () => handle.state.continuous_update === true && say());
  return {
    element: row.element,
    update(state) {
      row.update(state);
      for (const name of ["min", "max"] as const)
        if (typeof state[name] === "number") input.setAttribute(name, String(state[name]));
      if ("step" in state) input.step = state.step === null ? "any" : text(state.step) || "any";
      if ("value" in state && Number(input.value) !== state.value) input.value = text(state.value);
      if (input.value === "" && "value" in state) input.value = text(state.value);
    },
  };
}

function checkbox(handle: Handle): View {
  const input = el("input", { type: "checkbox" });
  const row = new Row(input);
  row.element.classList.add("widget-check");
  input.addEventListener("change", () => handle.change({ value: input.checked }));
  return {
    element: row.element,
    update(state) {
      row.update(state);
      if ("value" in state) {
        input.checked = state.value === true;
        input.indeterminate = state.value === null;
      }
    },
  };
}

function toggle(handle: Handle): View {
  const element = el("button", { type: "button", class: "widget-button" });
  element.addEventListener("click", () => handle.change({ value: handle.state.value !== true }));
  return {
    element,
    update(state) {
      name(element, handle);
      if ("value" in state) element.setAttribute("aria-pressed", String(state.value === true));
    },
  };
}

function button(handle: Handle): View {
  const element = el("button", { type: "button", class: "widget-button" });
  element.addEventListener("click", () => handle.custom({ event: "click" }));
  return { element, update: () => name(element, handle) };
}

// Icons of widgets come from a font that we do not have; their name stands in where nothing else does.
function name(element: HTMLButtonElement, { state }: Handle): void {
  const words = text(state.description) || text(state.tooltip) || text(state.icon);
  element.textContent = words || "…";
  element.title = text(state.tooltip);
  element.dataset.look = text(state.button_style);
}

function dateField(handle: Handle, kind: "date" | "time"): View {
  const input = el("input", { type: kind });
  if (kind === "time") input.step = "1";
  const row = new Row(input);
  input.addEventListener("change", () => {
    const parts = input.value.split(/[-:.]/).map(Number);
    if (!input.value) return handle.change({ value: null });
    const [a = 0, b = 0, c = 0] = parts;
    handle.change({
      value:
        kind === "date"
          ? { year: a, month: b - 1, date: c }
          : { hours: a, minutes: b, seconds: c, milliseconds: 0 },
    });
  });
  return {
    element: row.element,
    update(state) {
      row.update(state);
      for (const end of ["min", "max"] as const)
        if (end in state) input[end] = written(state[end], kind);
      if ("value" in state) input.value = written(state.value, kind);
    },
  };
}

function written(value: unknown, kind: "date" | "time"): string {
  if (typeof value !== "object" || value === null) return "";
  const part = (key: string, digits = 2) =>
    String((value as Record<string, unknown>)[key] ?? 0).padStart(digits, "0");
  if (kind === "time") return `${part("hours")}:${part("minutes")}:${part("seconds")}`;
  const month = Number((value as { month?: unknown }).month ?? 0) + 1;
  return `${part("year", 4)}-${String(month).padStart(2, "0")}-${part("date")}`;
}

function colour(handle: Handle): View {
  const input = el("input", { type: "color" });
  const row = new Row(input);
  input.addEventListener("change", () => handle.change({ value: input.value }));
  return {
    element: row.element,
    update(state) {
      row.update(state);
      if ("value" in state) input.value = hexOf(text(state.value));
    },
  };
}

// A colour field takes #rrggbb only; a name such as "black" is asked of the browser.
function hexOf(value: string): string {
  if (/^#[0-9a-f]{6}$/i.test(value)) return value;
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return "#000000";
  context.fillStyle = value;
  return /^#[0-9a-f]{6}$/i.test(context.fillStyle) ? context.fillStyle : "#000000";
}

function upload(handle: Handle): View {
  const input = el("input", { type: "file" });
  const note = el("span", { class: "quiet", role: "status" });
  const row = new Row(input, [note]);
  input.addEventListener("change", async () => {
    const files = [...(input.files ?? [])];
    const all = files.reduce((sum, file) => sum + file.size, 0);
    note.textContent =
      all > MOST_FILE_BYTES ? say("widget_too_large", { size: size(MOST_FILE_BYTES) }) : "";
    if (note.textContent) return;
    const contents = await Promise.all(files.map(base64Of));
    const value = files.map((file) => ({
      name: file.name,
      type: file.type,
      size: file.size,
      last_modified: file.lastModified,
    }));
    const paths = files.map((_, index) => ["value", index, "content"]);
    handle.changeBytes({ value }, paths, contents);
  });
  return {
    element: row.element,
    update(state) {
      row.update(state);
      if ("accept" in state) input.accept = text(state.accept);
      if ("multiple" in state) input.multiple = state.multiple === true;
    },
  };
}

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function tags(handle: Handle): View {
  const input = el("input", { type: "text" });
  const there = el("span", { class: "widget-tags" });
  const row = new Row(input, [there]);
  const set = (value: unknown[]) => handle.change({ value });
  input.addEventListener("keydown", (event) => {
    const word = input.value.trim();
    if ((event as KeyboardEvent).key !== "Enter" || !word) return;
    const { value, allowed_tags, allow_duplicates } = handle.state;
    const allowed = list(allowed_tags);
    if (allowed.length && !allowed.includes(word)) return;
    if (allow_duplicates === false && list(value).includes(word)) return;
    set([...list(value), word]);
    input.value = "";
  });
  return {
    element: row.element,
    update(state) {
      row.update(state);
      if (!("value" in state)) return;
      there.replaceChildren(
        ...list(state.value).map((tag, index) => {
          const act = () => set(list(handle.state.value).filter((_, i) => i !== index));
          const remove = el("button", { type: "button", class: "plain small", onclick: act }, "×");
          remove.setAttribute("aria-label", say("widget_remove", { name: text(tag) }));
          return el("span", { class: "widget-tag" }, text(tag), remove);
        }),
      );
    },
  };
}
