// Joins the notebook with the people in it (presence.ts) and with what helps while writing
// (writing.ts). Only wiring: what it joins knows nothing of each other.
import type { Extension } from "@codemirror/state";
import { Faces } from "./faces";
import type { InputHost, InputInfo } from "./inputfield";
import type { Notebook } from "./notebook";
import { Presence } from "./presence";
import type { Cell, CellType } from "./protocol";
import { remembered } from "./remembering";
import type { VariablesHost } from "./variables";
import type { Desk } from "./writing";

/** Suggestions come while typing unless this browser remembers "no"; hovering explains when "yes". */
export const SUGGEST_KEY = "lookin.suggest";
export const HOVER_KEY = "lookin.hover";

/** Who is here and where, for this notebook. */
export function companyOf(notebook: Notebook): Presence {
  const { session } = notebook;
  return new Presence({
    chosen: () => notebook.chosen,
    numberOf: (cell) => notebook.order.indexOf(cell) + 1,
    editorOf: (cell) => session.texts.get(cell),
    elementOf: (cell) => notebook.view(cell)?.element,
    tell: (cell, version, anchor, head) => session.here(cell, version, anchor, head),
    speak: (text) => notebook.messages.speak(text),
  });
}

/** The faces of these people for the top bar; a press leads to where one is. */
export function facesOf(notebook: Notebook): Faces {
  const faces = new Faces({
    cellOf: (person) => notebook.company.cellOf(person),
    numberOf: (cell) => notebook.order.indexOf(cell) + 1,
    goTo: (cell) => notebook.cell(cell) && notebook.choose(cell, false),
  });
  notebook.company.peopleChanged = (people) => faces.update(people);
  return faces;
}

/** What the editor of `cell` asks for when somebody is about to write in it. */
export function assistanceOf(notebook: Notebook, cell: string) {
  return async (type: CellType): Promise<Extension> => {
    const { writingIn } = await import("./writing");
    return writingIn(type, deskOf(notebook, cell));
  };
}

function deskOf(notebook: Notebook, cell: string): Desk {
  const { session } = notebook;
  return {
    ask: (asked) => session.question({ cell, detail: 0, ...asked }),
    hasKernel: () => hasKernel(notebook),
    otherSources: () =>
      notebook.order.flatMap((id) => {
        const other = notebook.cell(id);
        return other?.type === "code" && id !== cell ? [session.texts.sourceOf(other)] : [];
      }),
    suggestsWhileTyping: () => remembered(SUGGEST_KEY) !== "no",
    explainsOnHover: () => remembered(HOVER_KEY) === "yes",
    speak: (text) => notebook.messages.speak(text),
  };
}

/** Whether there is a kernel that this person may ask. */
function hasKernel({ session }: Notebook): boolean {
  const { kernel, role } = session.state;
  return role !== "viewer" && (kernel.state === "idle" || kernel.state === "busy");
}

/** What the panel of variables needs of the notebook. */
export function variablesHost(notebook: Notebook): VariablesHost {
  const { session } = notebook;
  return {
    ask: (question) => session.question(question),
    hasKernel: () => hasKernel(notebook),
    lastRun: () => {
      let last = 0;
      for (const { run } of session.state.document.cells.values())
        last = Math.max(last, run?.ended_at ?? 0);
      return String(last);
    },
    speak: (text) => notebook.messages.speak(text),
  };
}

/** What the field for `input()` of a cell does. */
export function inputHost(notebook: Notebook, cell: string): InputHost {
  return {
    answer: (request, text) => notebook.session.answer(cell, request, text),
    leave: () => notebook.view(cell)?.choose(),
    speak: (text) => notebook.messages.speak(text),
  };
}

export function inputInfo({ session }: Notebook, cell: Cell, number: number): InputInfo {
  const { me, writable } = session.state;
  return { number, writable, isMine: cell.run?.by !== undefined && cell.run.by === me?.person };
}
