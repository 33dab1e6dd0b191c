// For admins: what the machine has left, how kernels start, what they reach, and the fence.
import { el } from "../lib/dom";
import { size } from "../lib/words";
import type { Fence, Machine } from "./state";
import { say } from "./words";

const KIND = { full: "finished", reduced: "waiting", none: "failed" };

/** The two sections; made anew only when something in them changed. */
export class MachineView {
  readonly element = el("div", { class: "machine" });
  private shown = "";

  show(machine: Machine | null): void {
    const now = JSON.stringify(machine);
    if (now === this.shown) return;
    this.shown = now;
    const opened = this.element.querySelector("details")?.open ?? false;
    this.element.replaceChildren(
      ...(machine ? [facts(machine), fence(machine.fence, opened)] : []),
    );
  }
}

function facts(machine: Machine): HTMLElement {
  const { memory, missing } = machine;
  const list = el("dl", { class: "facts" });
  const add = (label: string, ...parts: (string | HTMLElement | false)[]) =>
    list.append(el("div", {}, el("dt", { class: "quiet" }, label), el("dd", {}, ...parts)));
  const { total, free, kernels } = memory;
  if (total && typeof free === "number") {
    const used = typeof kernels !== "number" ? "" : say("memory_kernels", { used: size(kernels) });
    const part = Math.min(1, Math.max(0, 1 - free / total));
    const gauge = el("span", { class: "gauge", "aria-hidden": "true", style: `--part: ${part}` });
    if (part > 0.85) gauge.classList.add("nearly");
    const words = say("memory_free", { free: size(free), total: size(total) });
    add(say("memory"), [words, used].filter(Boolean).join(" · "), gauge);
  }
  const waiting = machine.waiting ? say("waiting_n", { n: machine.waiting }) : "";
  const places = say("places_text", { n: machine.kernels, most: machine.most });
  add(say("places"), [places, waiting].filter(Boolean).join(" · "));
  const { driver, stock } = machine;
  if (driver)
    add(
      say("starts"),
      say(driver === "zygote" ? "starts_zygote" : "starts_subprocess", { n: stock }),
    );
  add(say("network"), say(`network_${machine.network}`, { hosts: machine.hosts.join(", ") }));
  for (const { module, why } of missing)
    add(say("missing"), el("code", {}, module), " ", el("span", { class: "quiet small" }, why));
  return section("machine", list);
}

function fence(found: Fence, opened: boolean): HTMLElement {
  const sentence = [found.message, found.reason].filter(Boolean).join(" ");
  const notice = el("p", { class: `notice ${KIND[found.tier]}` });
  notice.append(el("strong", {}, say(`fence_${found.tier}`)), ` · ${sentence}`);
  const parts = Object.entries(found.parts);
  if (!parts.length) return section("fence", notice);
  const list = el("dl", { class: "facts small", lang: "en" });
  for (const [name, state] of parts)
    list.append(el("div", {}, el("dt", { class: "quiet" }, name), el("dd", {}, state)));
  const more = el(
    "details",
    { open: opened },
    el("summary", { class: "small" }, say("fence_parts")),
  );
  more.append(list);
  return section("fence", notice, more);
}

function section(name: "machine" | "fence", ...content: HTMLElement[]): HTMLElement {
  const heading = el("h2", { id: `running-${name}` }, say(name));
  const found = el("section", { class: "setting", "aria-labelledby": heading.id }, heading);
  found.append(el("div", { class: "stack" }, ...content));
  return found;
}
