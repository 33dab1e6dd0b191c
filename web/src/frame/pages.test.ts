// @vitest-environment jsdom
import { expect, test, vi } from "vitest";
import { rewritten, scriptsFor } from "./libraries";

const have = {
  plotly: { version: "3.1.0", address: "/frame/library/plotly/3.1.0/" },
  bokeh: { version: "3.9.2", address: "/frame/library/bokeh/3.9.2/" },
};
const here = location.origin;

test.each([
  [
    '<script src="https://cdn.plot.ly/plotly-3.0.1.min.js" integrity="sha256-x=" crossorigin="anonymous">',
    `<script src="${here}/frame/library/plotly/3.1.0/plotly.min.js">`,
  ],
  [
    '["https://cdn.bokeh.org/bokeh/release/bokeh-gl-3.9.1.min.js"]',
    `["${here}/frame/library/bokeh/3.9.2/bokeh-gl.min.js"]`,
  ],
])("a known address becomes ours: %s", (before, after) => {
  expect(rewritten(before, have)).toBe(after);
});

test("vega's, leaflet's and jquery's become our own copies, in a page inside a page too", () => {
  const html = `"https://cdn.jsdelivr.net/npm/vega@6?noext" "https://cdn.jsdelivr.net/npm/vega-lite@6.4.1?noext"
    &lt;script src=&quot;https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js&quot;&gt;
    &lt;script src=&quot;https://code.jquery.com/jquery-3.7.1.min.js&quot;&gt;`;
  const text = rewritten(html, {});
  expect(text).not.toContain("https://");
  expect(text).toContain("vega-lite");
});

test("what only looks good does not hold up a map where there is no internet", () => {
  const css = "https://cdn.jsdelivr.net/npm/bootstrap@5.2.2/dist/css/bootstrap.min.css";
  const text = rewritten(`<link rel="stylesheet" href="${css}"/>`, {});
  expect(text).toContain('media="print"');
});

test.each([
  "https://cdn.plot.ly.evil.example/plotly-3.1.0.min.js",
  "https://cdn.plot.ly/plotly-1.58.5.min.js",
  "https://cdn.jsdelivr.net/npm/vega-evil@1",
  "https://example.org/npm/vega@6",
])("any other address stays: %s", (address) => {
  expect(rewritten(`<script src="${address}">`, have)).toContain(address);
});

test("a chart's data cannot end the script that it stands in", async () => {
  vi.stubGlobal("fetch", async () => new Response("{}", { status: 404 }));
  const made: string[] = [];
  vi.doMock("../notebook/outputs/outputframe", () => ({
    outputFrame: ({ html }: { html: string }) => {
      made.push(html);
      return document.createElement("iframe");
    },
  }));
  const { framed } = await import("./pages");
  const context = { title: () => "", frame: "", height: 0, output: { output_type: "x" } };
  const evil = { data: [], layout: { title: "</script><script>alert(1)</script><!--" } };
  await framed("plotly", JSON.stringify(evil), context as never);
  await framed("vega", JSON.stringify(evil), context as never);
  for (const html of made) {
    expect(html).not.toContain("alert(1)</script>");
    expect(html).toContain("\\u003c/script>");
  }
  await expect(framed("plotly", "alert(1)", context as never)).rejects.toThrow();
  vi.unstubAllGlobals();
});

test("a kind without its library asks for nothing of ours", () => {
  expect(scriptsFor("bokeh", {})).toEqual([]);
  expect(scriptsFor("vega", {})).toHaveLength(3);
});
