// Widgets that are linked in the page itself (jslink, jsdlink): a value of one follows another's,
// without asking Python. Not for links that Python makes (link, observe).
import type { Comms } from "./comms";

/** When the model `id` is a link, keep to it as long as it lives. */
export function followLink(comms: Comms, id: string, kind: string): void {
  if (kind !== "LinkModel" && kind !== "DirectionalLinkModel") return;
  const [source, target] = [endOf(comms, id, "source"), endOf(comms, id, "target")];
  if (!source || !target) return;
  const both = kind === "LinkModel";
  const copy = (from: End, to: End) => {
    if (!comms.model(id)?.live) return stop();
    const value = comms.model(from.model)?.state[from.name];
    comms.change(to.model, { [to.name]: value });
  };
  const stops = [
    comms.watch(source.model, (changed) => source.name in changed && copy(source, target)),
    comms.watch(target.model, (changed) => both && target.name in changed && copy(target, source)),
  ];
  const stop = () => {
    for (const end of stops) end();
  };
}

type End = { model: string; name: string };

function endOf(comms: Comms, id: string, side: "source" | "target"): End | null {
  const pair = comms.model(id)?.state[side];
  if (!Array.isArray(pair)) return null;
  const model = comms.referred(pair[0]);
  return model && typeof pair[1] === "string" ? { model: model.id, name: pair[1] } : null;
}
