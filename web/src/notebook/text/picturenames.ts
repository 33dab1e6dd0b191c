// What a picture is called in a notebook, and what its text for those who cannot see it begins as.
// Pure. Not for the picture itself (attaching.ts).

const ENDINGS: Record<string, string> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/svg+xml": "svg",
};

/** The kinds that a notebook may hold. */
export const NATIVE_TYPES: readonly string[] = Object.keys(ENDINGS);

const LONGEST = 40;
// What browsers and phones call a picture that nobody named.
const NAMELESS =
  /^(?:image|img|picture|screenshot|screen shot|photo|untitled|스크린샷|사진)?[\s\d_.:-]*$/i;

/** A name that no other attachment of the cell has; safe in Markdown and in an address. */
export function freeName(file: string, type: string, taken: readonly string[]): string {
  const stem = stemOf(file)
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, LONGEST);
  const ending = ENDINGS[type] ?? "png";
  const used = new Set(taken);
  const base = stem || "picture";
  for (let n = 1; ; n += 1) {
    const name = `${base}${n > 1 ? `-${n}` : ""}.${ending}`;
    if (!used.has(name)) return name;
  }
}

/** The file's name as words, or "" when it says nothing of the picture. */
export function altOf(file: string): string {
  const stem = stemOf(file).normalize("NFC");
  if (NAMELESS.test(stem)) return "";
  return stem
    .replace(/[_\-[\]()!]+/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

function stemOf(file: string): string {
  return file.replace(/\.[a-z0-9]{1,5}$/i, "");
}
