import { expect, test } from "vitest";
import { altOf, freeName } from "./picturenames";

test("a name is safe in Markdown and taken once", () => {
  expect(freeName("My chart (1).png", "image/png", [])).toBe("My-chart-1.png");
  expect(freeName("그래프 하나.PNG", "image/webp", [])).toBe("그래프-하나.webp");
  expect(freeName("a.png", "image/png", ["a.png", "a-2.png"])).toBe("a-3.png");
  expect(freeName("](javascript:x).png", "image/png", [])).toBe("javascript-x.png");
  expect(freeName("", "image/jpeg", [])).toBe("picture.jpg");
  expect(freeName(`${"x".repeat(300)}.png`, "image/png", []).length).toBeLessThan(50);
});

test("words of a name, and none for a name that says nothing", () => {
  expect(altOf("sales_by-month.png")).toBe("sales by month");
  expect(altOf("월별 매출.jpg")).toBe("월별 매출");
  for (const name of ["image.png", "IMG_2041.jpg", "Screenshot 2026-01-02.png", "20260102.png", ""])
    expect(altOf(name), name).toBe("");
});
