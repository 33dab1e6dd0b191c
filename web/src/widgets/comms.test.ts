// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Comms, type State, withBuffers } from "./comms";

type Sent = [string, Record<string, unknown>];
let sent: Sent[];
let comms: Comms;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  comms = new Comms((comm, data) => sent.push([comm, data]));
});
afterEach(() => vi.useRealTimers());

function open(id: string, state: State): void {
  comms.receive({ t: "comm", kind: "open", comm: id, data: { state }, buffers: [] });
}

function hear(id: string, state: State, method = "update"): void {
  comms.receive({ t: "comm", kind: "msg", comm: id, data: { method, state }, buffers: [] });
}

const states = () => sent.map(([, data]) => data.state);

test("a quick hand sends its first and its last value, and few between", () => {
  open("a", { value: 0 });
  for (let value = 1; value <= 30; value += 1) comms.change("a", { value });
  vi.advanceTimersByTime(200);
  expect(states()).toEqual([{ value: 1 }, { value: 30 }]);
});

test("an echo does not pull back what the hand still moves; the kernel's last word holds", () => {
  open("a", { value: 0 });
  comms.change("a", { value: 5 });
  hear("a", { value: 3 }, "echo_update");
  expect(comms.model("a")?.state.value).toBe(5);
  vi.advanceTimersByTime(1000);
  expect(comms.model("a")?.state.value).toBe(3);
});

test("what the kernel changes elsewhere is seen at once", () => {
  open("a", { value: 0, max: 10 });
  comms.change("a", { value: 5 });
  hear("a", { max: 99 });
  expect(comms.model("a")?.state.max).toBe(99);
});

test("after the kernel's end the state stays and nothing is sent", () => {
  open("a", { value: 4 });
  comms.end();
  comms.change("a", { value: 5 });
  comms.custom("a", { event: "click" });
  expect(comms.model("a")).toMatchObject({ live: false, state: { value: 4 } });
  expect(sent).toEqual([]);
});

test("widgets that are linked in the page follow each other and tell the kernel", () => {
  open("a", { value: 1 });
  open("b", { value: 2 });
  const [source, target] = [
    ["IPY_MODEL_a", "value"],
    ["IPY_MODEL_b", "value"],
  ];
  open("l", { _model_name: "LinkModel", source, target });
  comms.change("a", { value: 7 });
  expect(comms.model("b")?.state.value).toBe(7);
  vi.advanceTimersByTime(1000);
  comms.change("b", { value: 8 });
  expect(comms.model("a")?.state.value).toBe(8);
  expect(sent.map(([comm]) => comm)).toEqual(["a", "b", "b", "a"]);
});

test("a snapshot replaces what was there", () => {
  open("old", { value: 1 });
  const model = { target: "jupyter.widget", data: { state: { value: 2 } }, buffers: [] };
  comms.receive({ t: "widgets", models: { new: model } });
  expect(comms.model("old")?.live).toBe(false);
  expect(comms.model("new")?.state.value).toBe(2);
});

test("bytes go to their place, and a path that leads astray goes nowhere", () => {
  const bytes = btoa("hi");
  const state = withBuffers({ a: [{ b: null }] }, [["a", 0, "b"]], [bytes]);
  expect(state).toEqual({ a: [{ b: Uint8Array.from([104, 105]) }] });
  withBuffers({ a: {} }, [["a", "__proto__"], ["__proto__", "polluted"], "x", []], [bytes, bytes]);
  expect(({} as State).polluted).toBeUndefined();
});
