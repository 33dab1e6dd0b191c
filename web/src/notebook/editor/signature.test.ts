import { python } from "@codemirror/lang-python";
import { EditorState } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { marked } from "./markdownkeys";
import { active, callAt } from "./signature";

// "|" is the cursor.
function stateOf(text: string): EditorState {
  const at = text.indexOf("|");
  const doc = text.replace("|", "");
  return EditorState.create({ doc, selection: { anchor: at }, extensions: [python()] });
}

const signature = (parameters: string[]) => ({ label: "", parameters, active: null });

describe("the call that is being written", () => {
  it("is the innermost one around the cursor, closed or not", () => {
    expect(callAt(stateOf("print(len(|"))).toMatchObject({ from: 9 });
    expect(callAt(stateOf("print(len(x), |)"))).toMatchObject({ from: 5 });
    expect(callAt(stateOf("print(x)|"))).toBeNull();
    expect(callAt(stateOf("x = (1, |)"))).toBeNull();
  });

  const usual = signature(["a", "b", "*", "c=1"]);

  it("is at the argument with so many commas before it", () => {
    expect(active(stateOf("f(|)"), usual)).toBe(0);
    expect(active(stateOf("f([1, 2], {3: '),'}, |)"), usual)).toBe(3);
    expect(active(stateOf("f(1, g(2, 3)|)"), usual)).toBe(1);
  });

  it("is at the argument whose name is written", () => {
    expect(active(stateOf("f(c=|)"), usual)).toBe(3);
    expect(active(stateOf("f(q=|)"), signature(["a", "**more"]))).toBe(1);
    expect(active(stateOf("f(q=|)"), usual)).toBeNull();
  });

  it("stays at *args however many there are", () => {
    expect(active(stateOf("print(1, 2, 3, |)"), signature(["*args", "sep=' '"]))).toBe(0);
  });
});

describe("bold and italic", () => {
  const pressed = (text: string, mark: string) => {
    const [from, to] = [text.indexOf("["), text.indexOf("]") - 1];
    let state = EditorState.create({
      doc: text.replace("[", "").replace("]", ""),
      selection: { anchor: from, head: to },
    });
    marked(mark)({ state, dispatch: (transaction) => (state = transaction.state) });
    return state.doc.toString();
  };

  it("come and go around what is selected", () => {
    expect(pressed("a [글] b", "**")).toBe("a **글** b");
    expect(pressed("a **[글]** b", "**")).toBe("a 글 b");
    expect(pressed("a **[글]** b", "*")).toBe("a ***글*** b");
    expect(pressed("a ***[글]*** b", "*")).toBe("a **글** b");
  });
});
