// The names that Python code defines at its top, found without running it: what can be completed
// while no kernel runs. Pure; reads lines, not syntax, so that half-written code tells its names too.

export type DefinedName = { name: string; type: "function" | "class" | "module" | "variable" };

const NAME = "[\\p{L}_][\\p{L}\\p{N}_]*";
const DEFINITION = new RegExp(`^(?:async\\s+)?(def|class)\\s+(${NAME})`, "u");
const ONE_NAME = new RegExp(`^${NAME}$`, "u");
const ALL_NAMES = new RegExp(NAME, "gu");
const AS = new RegExp(`\\bas\\s+(${NAME})`, "gu");
const IMPORT = /^import\s+(.+)$/;
const FROM = /^from\s+[\w.]+\s+import\s+\(?(.*?)\)?$/;
const LOOP = /^(?:async\s+)?for\s+(.+?)\s+in\s/;
const EQUALS = /(?<![=!<>+\-*/%&|^@:])=(?!=)/u; // an assignment's, not a comparison's
const ONLY_TARGETS = /^[\p{L}\p{N}_,\s*()[\]]+$/u;
const PART_OF_ONE = /[\p{L}\p{N}_]\s*[[(]/u; // a[0], f(x)

/** The names in `source`, each once, in the order of their first definition. */
export function namesIn(source: string): DefinedName[] {
  const found = new Map<string, DefinedName>();
  const add = (name: string | undefined, type: DefinedName["type"]) => {
    if (name && !found.has(name)) found.set(name, { name, type });
  };
  let opener = ""; // the last line at the left edge: what deeper ones belong to
  for (const raw of source.split("\n")) {
    const line = raw.replace(/\s+#.*$/, "").trimEnd();
    const inner = line.trimStart();
    if (inner && inner === line) opener = line;
    else if (/^(?:async\s+)?(?:def|class)\b|^@/.test(opener)) continue; // not global
    const definition = DEFINITION.exec(inner);
    if (definition) add(definition[2], definition[1] === "class" ? "class" : "function");
    else if (/^(?:from|import)\b/.test(inner))
      for (const name of imported(inner)) add(name, "module");
    else for (const name of assigned(inner)) add(name, "variable");
  }
  return [...found.values()];
}

function imported(line: string): string[] {
  const from = FROM.exec(line)?.[1] ?? "";
  const whole = from || (IMPORT.exec(line)?.[1] ?? "");
  return whole.split(",").flatMap((part) => {
    const [name = "", as, alias] = part.trim().split(/\s+/);
    const shown = as === "as" ? alias : from ? name : name.split(".")[0];
    return shown && ONE_NAME.test(shown) ? [shown] : [];
  });
}

function assigned(line: string): string[] {
  if (/^with\b/.test(line)) return [...line.matchAll(AS)].map((match) => match[1] ?? "");
  const loop = LOOP.exec(line)?.[1];
  const at = line.search(EQUALS);
  const left = loop ?? (at > 0 ? line.slice(0, at).replace(/:.*$/, "") : "");
  if (!ONLY_TARGETS.test(left) || PART_OF_ONE.test(left)) return [];
  return left.match(ALL_NAMES) ?? [];
}

const known = new Map<string, DefinedName[]>();
const MOST_KNOWN = 600; // sources; a notebook's cells change one at a time

/** The names that any of these cells define, each once. */
export function namesOf(sources: readonly string[]): DefinedName[] {
  const found = new Map<string, DefinedName>();
  for (const source of sources) {
    let names = known.get(source);
    if (!names) {
      if (known.size > MOST_KNOWN) known.clear();
      names = source.length < 100_000 ? namesIn(source) : [];
      known.set(source, names);
    }
    for (const name of names) found.set(name.name, name);
  }
  return [...found.values()];
}
