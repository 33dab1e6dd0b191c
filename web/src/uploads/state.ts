// The tray's state, pure: which file waits, travels, is stored or failed, and how fast.

// "failed" may be tried again, "refused" would only be refused again.
export type Step = "waiting" | "travelling" | "storing" | "done" | "failed" | "refused";

export type Item = {
  id: number;
  name: string;
  size: number;
  step: Step;
  loaded: number;
  speed: number; // bytes per second, smoothed; 0 while unknown
  at: number; // ms of the last progress
  note: string; // a sentence, when there is one
};

export type Tray = readonly Item[];

export function add(tray: Tray, id: number, name: string, size: number): Tray {
  const item: Item = { id, name, size, step: "waiting", loaded: 0, speed: 0, at: 0, note: "" };
  return [...tray, item];
}

/** The file to send next; one travels at a time, so that its speed is the line's. */
export function next(tray: Tray): Item | null {
  if (tray.some((item) => item.step === "travelling" || item.step === "storing")) return null;
  return tray.find((item) => item.step === "waiting") ?? null;
}

export function change(tray: Tray, id: number, part: Partial<Item>): Tray {
  return tray.map((item) => (item.id === id ? { ...item, ...part } : item));
}

/** `loaded` of `total` bytes of the request left by `now`; a form is a little larger than its file. */
export function advance(tray: Tray, id: number, loaded: number, total: number, now: number): Tray {
  const item = tray.find((one) => one.id === id);
  if (!item || item.step === "done") return tray;
  const share = total > 0 ? Math.min(1, loaded / total) : 1;
  const bytes = Math.round(share * item.size);
  const seconds = (now - item.at) / 1000;
  if (item.at > 0 && seconds < 0.2 && share < 1) return tray;
  const recent = item.at > 0 && seconds > 0 ? (bytes - item.loaded) / seconds : 0;
  const speed = item.speed > 0 ? item.speed * 0.7 + recent * 0.3 : recent;
  const step: Step = share >= 1 ? "storing" : "travelling";
  return change(tray, id, { loaded: bytes, speed: Math.max(0, speed), at: now, step });
}

export function retry(tray: Tray, id: number): Tray {
  return change(tray, id, { step: "waiting", loaded: 0, speed: 0, at: 0, note: "" });
}

export function remove(tray: Tray, id: number): Tray {
  return tray.filter((item) => item.id !== id);
}

export function isBusy(tray: Tray): boolean {
  return tray.some((item) => ["waiting", "travelling", "storing"].includes(item.step));
}
