// Widgets that choose among options: lists, radio buttons, toggle buttons. Options are labels; the
// choice is an index, as Python keeps it.
import { el } from "../lib/dom";
import { Group, list, Row, text } from "./labels";
import type { Handle, Maker, View } from "./view";

export const choices: Record<string, Maker> = {
  DropdownView: (handle) => selectList(handle, "one"),
  SelectView: (handle) => selectList(handle, "open"),
  SelectMultipleView: (handle) => selectList(handle, "many"),
  RadioButtonsView: radios,
  ToggleButtonsView: toggles,
};

function selectList(handle: Handle, kind: "one" | "open" | "many"): View {
  const select = el("select", { multiple: kind === "many" });
  const row = new Row(select);
  select.addEventListener("change", () => {
    const chosen = [...select.options].flatMap((option, i) => (option.selected ? [i] : []));
    if (kind === "many") handle.change({ index: chosen });
    else handle.change({ index: chosen[0] ?? null });
  });
  return {
    element: row.element,
    update(state) {
      row.update(state);
      if ("rows" in state && kind !== "one" && typeof state.rows === "number")
        select.size = Math.min(30, Math.max(2, state.rows));
      if ("_options_labels" in state)
        select.replaceChildren(
          ...list(state._options_labels).map((label) => el("option", {}, text(label))),
        );
      const chosen = handle.state.index;
      const indices = new Set(kind === "many" ? list(chosen) : [chosen]);
      if (kind !== "many") select.selectedIndex = typeof chosen === "number" ? chosen : -1;
      else for (const option of select.options) option.selected = indices.has(option.index);
    },
  };
}

function radios(handle: Handle): View {
  const box = el("div", { class: "widget-options" });
  const group = new Group(box);
  const name = `widget-radio-${handle.id}-${Math.random().toString(36).slice(2)}`;
  return {
    element: group.element,
    update(state) {
      group.update(state);
      if ("_options_labels" in state)
        box.replaceChildren(
          ...list(state._options_labels).map((label, index) => {
            const input = el("input", { type: "radio", name });
            input.addEventListener("change", () => handle.change({ index }));
            return el("label", { class: "widget-option" }, input, text(label));
          }),
        );
      box.querySelectorAll("input").forEach((input, index) => {
        input.checked = index === handle.state.index;
      });
    },
  };
}

function toggles(handle: Handle): View {
  const box = el("div", { class: "widget-toggles" });
  const group = new Group(box);
  return {
    element: group.element,
    update(state) {
      group.update(state);
      if ("_options_labels" in state)
        box.replaceChildren(
          ...list(state._options_labels).map((label, index) => {
            const act = () => handle.change({ index });
            const button = el("button", { type: "button", class: "widget-button", onclick: act });
            button.textContent = text(label);
            return button;
          }),
        );
      const tips = list(handle.state.tooltips);
      [...box.children].forEach((button, index) => {
        button.setAttribute("aria-pressed", String(index === handle.state.index));
        if (tips[index]) (button as HTMLElement).title = text(tips[index]);
        (button as HTMLElement).dataset.look = text(handle.state.button_style);
      });
    },
  };
}
