// Widgets that show: labels, HTML, progress, pictures and sound, validity, Output; and Play, which
// counts by itself.
import { el } from "../lib/dom";
import type { Output } from "../notebook/live/protocol";
import { OutputList } from "../notebook/outputs/outputs";
import { say } from "../notebook/outputs/outputwords";
import { renderMarkdownMath } from "../notebook/text/markdown";
import { sanitise } from "../notebook/text/sanitise";
import { list, Row, text } from "./labels";
import type { Handle, Maker, View } from "./view";

export const shows: Record<string, Maker> = {
  LabelView: (handle) => still(handle, false, true),
  HTMLView: (handle) => still(handle, true, false),
  HTMLMathView: (handle) => still(handle, true, true),
  ProgressView: progress,
  ValidView: valid,
  ImageView: (handle) => media(handle, "img"),
  AudioView: (handle) => media(handle, "audio"),
  VideoView: (handle) => media(handle, "video"),
  OutputView: output,
  PlayView: play,
};

function still(handle: Handle, isHtml: boolean, math: boolean): View {
  const content = el("div", { class: isHtml ? "widget-html html" : "widget-text" });
  const label = el("span", { class: "widget-label", hidden: true });
  const element = el("div", { class: "widget-row" }, label, content);
  return {
    element,
    update(state) {
      if ("description" in state) {
        label.hidden = !state.description;
        label.textContent = text(state.description);
      }
      if (!("value" in state)) return;
      const value = text(state.value);
      if (isHtml) content.replaceChildren(sanitise(value, handle.context.locate));
      else content.textContent = value;
      if (math && /[$\\]/.test(value)) renderMarkdownMath(content);
    },
  };
}

function progress(handle: Handle): View {
  const done = el("div", { class: "widget-bar-done" });
  const bar = el("div", { class: "widget-bar", role: "progressbar" }, done);
  const row = new Row(bar);
  return {
    element: row.element,
    update(state) {
      row.update(state);
      const number = (value: unknown, other: number) => (typeof value === "number" ? value : other);
      const [min, max] = [number(handle.state.min, 0), number(handle.state.max, 100)];
      const value = number(handle.state.value, min);
      const part = max > min ? Math.min(1, Math.max(0, (value - min) / (max - min))) : 0;
      done.style.width = `${part * 100}%`;
      bar.dataset.look = text(handle.state.bar_style);
      bar.setAttribute("aria-valuemin", String(min));
      bar.setAttribute("aria-valuemax", String(max));
      bar.setAttribute("aria-valuenow", String(value));
      // A label names fields only, and this is none.
      bar.setAttribute("aria-label", text(handle.state.description) || say("widget_progress"));
    },
  };
}

function valid(handle: Handle): View {
  const sign = el("span", { class: "widget-valid" });
  const row = new Row(el("span", {}, sign));
  return {
    element: row.element,
    update(state) {
      row.update(state);
      const good = handle.state.value === true;
      sign.textContent = good ? `✓ ${say("widget_valid")}` : `✗ ${say("widget_invalid")}`;
      sign.dataset.look = good ? "success" : "danger";
    },
  };
}

const KINDS = { img: "image", audio: "audio", video: "video" };

// The bytes become an address of this page's own, given up when others take their place.
function media(handle: Handle, tag: "img" | "audio" | "video"): View {
  const element = el(tag, tag === "img" ? { alt: say("picture") } : { controls: true });
  let address = "";
  const release = () => address && URL.revokeObjectURL(address);
  return {
    element,
    destroy: release,
    update(state) {
      for (const side of ["width", "height"] as const) {
        const size = Number(state[side]);
        if (side in state && size > 0) element.setAttribute(side, String(size));
      }
      if (!("value" in state) || !(state.value instanceof Uint8Array)) return;
      const format = text(handle.state.format).replace(/[^\w.+-]/g, "");
      if (format === "url") return; // an address that a kernel chose is not fetched
      release();
      const type = `${KINDS[tag]}/${format === "svg" ? "svg+xml" : format}`;
      address = URL.createObjectURL(new Blob([state.value as BlobPart], { type }));
      element.src = address;
    },
  };
}

function output(handle: Handle): View {
  const outputs = new OutputList({ ...handle.context, text: null });
  outputs.element.classList.add("widget-output");
  return {
    element: outputs.element,
    update(state) {
      if ("outputs" in state) outputs.update(list(state.outputs) as Output[]);
    },
  };
}

function play(handle: Handle): View {
  let timer = 0;
  const { state } = handle;
  const flag = "playing" in state ? "playing" : "_playing";
  const round = "repeat" in state ? "repeat" : "_repeat";
  const number = (name: string, other: number) => {
    const value = handle.state[name];
    return typeof value === "number" ? value : other;
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    handle.change({ [flag]: false });
  };
  const step = () => {
    if (!go.isConnected || !handle.live) return stop();
    const next = number("value", 0) + number("step", 1);
    if (next <= number("max", 100)) handle.change({ value: next });
    else if (handle.state[round] === true) handle.change({ value: number("min", 0) });
    else stop();
  };
  const go = el("button", { type: "button", class: "widget-button" });
  go.addEventListener("click", () => {
    if (timer) return stop();
    if (number("value", 0) >= number("max", 100)) handle.change({ value: number("min", 0) });
    timer = window.setInterval(step, Math.max(20, number("interval", 100)));
    handle.change({ [flag]: true });
  });
  const back = el("button", { type: "button", class: "widget-button" }, "↤");
  back.setAttribute("aria-label", say("widget_stop"));
  back.addEventListener("click", () => {
    stop();
    handle.change({ value: number("min", 0) });
  });
  const again = el("button", { type: "button", class: "widget-button" }, "↻");
  again.setAttribute("aria-label", say("widget_repeat"));
  again.addEventListener("click", () => handle.change({ [round]: handle.state[round] !== true }));
  return {
    element: el("div", { class: "widget-row widget-play", role: "group" }, go, back, again),
    destroy: () => clearInterval(timer),
    update() {
      const runs = handle.state[flag] === true;
      go.textContent = runs ? "⏸" : "▶";
      go.setAttribute("aria-label", say(runs ? "widget_pause" : "widget_play"));
      again.setAttribute("aria-pressed", String(handle.state[round] === true));
      again.hidden = handle.state.show_repeat === false;
      if (timer && !runs) stop(); // somebody else stopped it
    },
  };
}
