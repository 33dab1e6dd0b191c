// Two languages. A feature's own words.ts calls `table({...})` once and uses the `say` it returns.

export type Language = "ko" | "en";
type Entry = { ko: string; en: string };

/** The page's language, from <html lang>. */
export function language(): Language {
  return document.documentElement.lang.startsWith("ko") ? "ko" : "en";
}

/** `say("uploaded", {name: "a.csv"})` fills `{name}`. An unknown key does not compile. */
export function table<K extends string>(entries: Record<K, Entry>) {
  return (key: K, values: Record<string, string | number> = {}): string =>
    entries[key][language()].replace(/\{(\w+)\}/g, (whole, name: string) =>
      name in values ? String(values[name]) : whole,
    );
}

/** "3 min ago" under a day, else the date; the exact time belongs in a title attribute. */
export function ago(milliseconds: number, now = Date.now()): string {
  const minutes = Math.round((milliseconds - now) / 60_000);
  const relative = new Intl.RelativeTimeFormat(language(), { numeric: "auto", style: "short" });
  if (minutes > -1) return relative.format(0, "second");
  if (minutes > -60) return relative.format(minutes, "minute");
  if (minutes > -60 * 24) return relative.format(Math.round(minutes / 60), "hour");
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium" }).format(milliseconds);
}

/** "61 kB": decimal units, at most three digits. */
export function size(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  const step = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return new Intl.NumberFormat(language(), {
    style: "unit",
    unit: units[step] ?? "byte",
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  }).format(value);
}

const ORDINALS = { one: "st", two: "nd", few: "rd" } as Record<string, string>;

/** "2nd", "2번째". */
export function ordinal(n: number): string {
  if (language() === "ko") return `${n}번째`;
  return n + (ORDINALS[new Intl.PluralRules("en", { type: "ordinal" }).select(n)] ?? "th");
}
