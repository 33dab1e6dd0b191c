// Reads a feature's data attributes, and says at once when a page forgot one.

/** The text of `data-<name>`. Throws when it is missing: a page bug, never a person's. */
export function prop(element: HTMLElement, name: string): string {
  const value = element.dataset[name];
  if (value === undefined) throw new Error(`<${element.localName}> lacks data-${name}.`);
  return value;
}
