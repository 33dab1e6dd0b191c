import { expect, test } from "vitest";
import { isNews, newsOf, ranSince } from "./away";
import { documentOf } from "./document";
import { codeCell } from "./fakebroker";
import type { NotebookEvent, Run } from "./protocol";

const ran = (id: string, state: Run["state"], ended_at: number | null) => ({
  ...codeCell(id),
  run: { state, queued_at: 1, started_at: 1, ended_at },
});

test("runs that ended while nobody looked, and the first that failed", () => {
  const cells = [
    ran("a", "done", 5),
    ran("b", "done", 20),
    ran("c", "failed", 30),
    ran("d", "failed", 40),
    ran("e", "running", null),
    codeCell("f"),
  ];
  expect(ranSince(documentOf(cells), 10)).toMatchObject({ ran: 3, failed: 2, cell: "c" });
  expect(isNews(ranSince(documentOf(cells), 40))).toBe(false);
});

test("who changed how many cells; one's own changes in another tab are no news", () => {
  const edit = (seq: number, cell: string, by?: string): NotebookEvent => {
    const event: NotebookEvent = { seq, type: "cell_edited", cell, version: 1, updates: [] };
    return by ? { ...event, by } : event;
  };
  const events: NotebookEvent[] = [
    edit(1, "a", "mina"),
    edit(2, "a", "mina"),
    edit(3, "b", "mina"),
    edit(4, "b", "me"),
    edit(5, "c"),
    { seq: 6, type: "cell_deleted", cell: "d", by: "jun" },
    { seq: 7, type: "run_finished", cell: "e", at: 1, state: "done", execution_count: 1 },
  ];
  const news = newsOf(events, "me");
  expect(news.changes).toEqual([
    { by: "mina", cells: 2 },
    { by: "jun", cells: 1 },
  ]);
  expect(news).toMatchObject({ ran: 1, failed: 0, cell: "e" });
  expect(isNews(newsOf([edit(1, "a", "me")], "me"))).toBe(false);
});
