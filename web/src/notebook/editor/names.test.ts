import { describe, expect, it } from "vitest";
import { namesIn, namesOf } from "./names";

const names = (source: string) => namesIn(source).map((one) => one.name);

describe("the names a cell defines", () => {
  it("are its imports, by the name they are used under", () => {
    expect(
      names("import numpy as np, os.path\nfrom pandas import DataFrame as DF, Series"),
    ).toEqual(["np", "os", "DF", "Series"]);
  });

  it("are its functions, classes and variables, Korean ones too", () => {
    const source =
      "def 더하기(가, 나):\n    합 = 가 + 나\n    return 합\nclass A:\n    b = 1\n점수: int = 3\nx, (y, *z) = f()";
    expect(names(source)).toEqual(["더하기", "A", "점수", "x", "y", "z"]);
  });

  it("are what loops and with name, also under an if", () => {
    const source =
      "for i, row in t:\n    last = row\nwith open(p) as f, g() as h:\n    text = f.read()\nif q:\n    deep = 1";
    expect(names(source)).toEqual(["i", "row", "last", "f", "h", "text", "deep"]);
  });

  it("are not what is compared, called, indexed or changed", () => {
    expect(names("a == 1\nf(x=2)\nt[0] = 1\nn += 1\nif (m := 2): pass\nprint(k)")).toEqual([]);
  });

  it("take no time for a strange line", () => {
    const before = performance.now();
    names(`${"a,".repeat(20_000)}!\n${"(".repeat(20_000)}`);
    expect(performance.now() - before).toBeLessThan(500);
  });

  it("are told once for all cells", () => {
    expect(namesOf(["x = 1", "x = 2\ny = 1"]).map((one) => one.name)).toEqual(["x", "y"]);
  });
});
