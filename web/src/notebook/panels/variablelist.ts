// Variables as the kernel tells them: their order and their shapes in words. Pure.

export type Variable = {
  name: string;
  type: string;
  shape?: readonly number[] | string | null;
  size_bytes?: number;
  preview: string;
  module?: boolean | string;
  opens?: "table" | "text";
};

export type SortBy = "name" | "type" | "size";

/** "1,234 × 5". */
export function shapeWords(shape: Variable["shape"]): string {
  if (!shape) return "";
  return typeof shape === "string" ? shape : shape.map((n) => n.toLocaleString()).join(" × ");
}

/** In this order; what is equal stays in the order of names, modules come last. */
export function ordered(variables: readonly Variable[], by: SortBy, isDown: boolean): Variable[] {
  const sign = isDown ? -1 : 1;
  const names = (a: Variable, b: Variable) =>
    a.name.localeCompare(b.name, undefined, { numeric: true });
  return [...variables].sort((a, b) => {
    const modules = Number(Boolean(a.module)) - Number(Boolean(b.module));
    if (by === "name") return modules || sign * names(a, b);
    if (by === "type") return sign * a.type.localeCompare(b.type) || names(a, b);
    return sign * ((a.size_bytes ?? -1) - (b.size_bytes ?? -1)) || names(a, b);
  });
}
