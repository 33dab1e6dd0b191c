// @vitest-environment jsdom
import { expect, test } from "vitest";
import { attachedPicture } from "./attached";
import { renderMarkdown } from "./markdown";

const ATTACHMENTS = { "a b.png": { "image/png": "iVBO\n" }, "x.html": { "text/html": "PGI+" } };

test("a picture of the cell is shown, by its name as Markdown writes it", () => {
  expect(attachedPicture(ATTACHMENTS, "attachment:a%20b.png")).toBe("data:image/png;base64,iVBO");
  const box = renderMarkdown("![seen](attachment:a%20b.png)", (address) =>
    attachedPicture(ATTACHMENTS, address),
  );
  expect(box.querySelector("img")?.getAttribute("src")).toBe("data:image/png;base64,iVBO");
  expect(box.querySelector("img")?.alt).toBe("seen");
});

test("what is no picture, is not there, or is no base64 is not shown", () => {
  for (const address of [
    "attachment:x.html",
    "attachment:no.png",
    "a b.png",
    "attachment:toString",
  ])
    expect(attachedPicture(ATTACHMENTS, address), address).toBeNull();
  const sly = { a: { "image/png": 'x" onerror="y' } };
  expect(attachedPicture(sly, "attachment:a")).toBeNull();
});
