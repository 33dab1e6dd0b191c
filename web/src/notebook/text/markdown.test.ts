// @vitest-environment jsdom
import { describe, expect, test, vi } from "vitest";
import { renderLatex, renderMarkdown } from "./markdown";

const html = (source: string) => renderMarkdown(source).innerHTML;

describe("markdown", () => {
  test("headings, lists, tables and code", () => {
    const box = renderMarkdown(
      "# 안녕\n\n- a\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\nx\n```",
    );
    expect(box.querySelector("h1")?.textContent).toBe("안녕");
    expect(box.querySelectorAll("li, td").length).toBe(3);
    expect(box.querySelector("pre code")?.textContent).toBe("x\n");
  });

  test("a column stands at the side it was given", () => {
    const box = renderMarkdown("| a | b |\n|---|--:|\n| 1 | 2 |");
    const sides = [...box.querySelectorAll("td")].map((cell) => cell.getAttribute("align"));
    expect(sides).toEqual([null, "right"]);
  });

  test("the brackets of tasks are boxes, those of other lines stay", () => {
    const box = renderMarkdown("- [ ] read\n- [x] **draw**\n\n  - [ ] inner\n- a [ ] b\n- `[ ]` c");
    const names = [...box.querySelectorAll(".task-box")].map(
      (one) => one.ariaLabel ?? one.getAttribute("aria-label"),
    );
    expect(names).toEqual(["To do", "Done", "To do"]);
    expect(box.querySelectorAll("li.task").length).toBe(3);
    expect(box.textContent).toContain("a [ ] b");
    expect(box.querySelector("code")?.textContent).toBe("[ ]");
  });

  test("HTML in it is sanitised", () => {
    const box = renderMarkdown("<img name=currentScript src=x onerror=alert(1)>\n\n<b>x</b>");
    const image = box.querySelector("img");
    expect(image?.getAttributeNames()).toEqual([]);
    expect(box.querySelector("b")?.textContent).toBe("x");
  });

  test.each(["[x](javascript:alert(1))", "<a href='javascript:alert(1)'>x</a>", "[x](/logout)"])(
    "%s leads nowhere",
    (source) => expect(renderMarkdown(source).querySelector("a[href]")).toBeNull(),
  );
});

describe("formulas", () => {
  test("in a line and as a block", async () => {
    const box = renderMarkdown("Let $a_1 < b$.\n\n$$\nx^2\n+ y\n$$");
    await vi.waitFor(() => expect(box.querySelectorAll(".katex").length).toBe(2));
    expect(box.querySelectorAll(".formula").length).toBe(1);
    expect(box.querySelector(".formula-inline annotation")?.textContent).toBe("a_1 < b");
  });

  test("money and code are not formulas", () => {
    expect(html("It costs $5 and $6, or `$x$`.")).toContain("$5 and $6");
    expect(html("`$x$`")).toContain("<code>$x$</code>");
  });

  test("a formula cannot make a link", async () => {
    const box = renderMarkdown("$\\href{javascript:alert(1)}{x}$");
    await vi.waitFor(() => expect(box.querySelector(".katex, .formula-broken")).not.toBeNull());
    expect(box.querySelector("[href]")).toBeNull();
  });

  test("a broken formula stays readable", async () => {
    const box = renderMarkdown("$\\frac{1$");
    await vi.waitFor(() =>
      expect(box.querySelector(".formula-broken")?.textContent).toBe("\\frac{1"),
    );
  });

  test("SymPy's LaTeX is one formula", async () => {
    const box = renderLatex("$\\displaystyle x^{2} + 1$");
    await vi.waitFor(() =>
      expect(box.querySelectorAll(".formula, .formula-inline").length).toBe(1),
    );
    await vi.waitFor(() =>
      expect(box.querySelector(".katex annotation")?.textContent).toContain("x^{2} + 1"),
    );
  });
});
