// Joins the notebook with the people in it (presence.ts) and with what helps while writing
// (writing.ts). Only wiring: what it joins knows nothing of each other.
import type { Extension } from "@codemirror/state";
import { el } from "../../lib/dom";
import { commandWords } from "../commands/commandwords";
import { explainsOnHover, suggestsWhileTyping } from "../editor/habits";
import type { Desk } from "../editor/writing";
import type { CellType } from "../live/protocol";
import { queueOf } from "../live/state";
import type { Notebook } from "../notebook";
import { InputField, type InputHost, type InputInfo } from "../outputs/inputfield";
import type { VariablesHost, VariablesPanel } from "../panels/variables";
import { Faces } from "./faces";
import { Presence } from "./presence";

/** Who is here and where, for this notebook. */
export function companyOf(notebook: Notebook): Presence {
  const { session } = notebook;
  const company = new Presence({
    chosen: () => notebook.chosen,
    numberOf: (cell) => notebook.order.indexOf(cell) + 1,
    editorOf: (cell) => session.texts.get(cell),
    editorMissing: () => notebook.lookForEditors(),
    elementOf: (cell) => notebook.view(cell)?.element,
    tell: (cell, version, anchor, head) => session.here(cell, version, anchor, head),
    speak: (text) => notebook.messages.speak(text),
  });
  let wasLive = false;
  notebook.followers.add(() => {
    if (session.isLive !== wasLive) company.lineChanged(session.isLive);
    wasLive = session.isLive;
    company.drawn();
  });
  return company;
}

/** The faces of these people for the top bar; a press leads to where one is. */
export function facesOf(notebook: Notebook): Faces {
  const faces = new Faces({
    cellOf: (person) => notebook.company.cellOf(person),
    numberOf: (cell) => notebook.order.indexOf(cell) + 1,
    goTo: (cell) => notebook.cell(cell) && notebook.choose(cell, false),
  });
  notebook.company.peopleChanged = (people) => {
    faces.update(people);
    for (const { person, name } of people) notebook.names.set(person, name);
    notebook.changed();
  };
  return faces;
}

/** What the editor of `cell` asks for when somebody is about to write in it. */
export function assistanceOf(notebook: Notebook, cell: string) {
  return async (type: CellType): Promise<Extension> => {
    const { writingIn } = await import("../editor/writing");
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
    suggestsWhileTyping,
    explainsOnHover,
    speak: (text) => notebook.messages.speak(text),
  };
}

/** Whether there is a kernel that this person may ask. */
function hasKernel({ session }: Notebook): boolean {
  const { kernel, role } = session.state;
  return role !== "viewer" && (kernel.state === "idle" || kernel.state === "busy");
}

/** The panel of variables; its script is fetched when somebody first opens it. */
export function registerVariables(notebook: Notebook): void {
  const place = el("div", {});
  let panel: VariablesPanel | null = null;
  let isShown = false;
  notebook.panels.register({
    name: "variables",
    title: commandWords("toggle_variables"),
    command: "toggle_variables",
    make: () => {
      void import("../panels/variables").then((module) => {
        panel = new module.VariablesPanel(variablesHost(notebook));
        place.append(panel.element);
        if (isShown) panel.shown();
      });
      return place;
    },
    shown: () => {
      isShown = true;
      panel?.shown();
    },
    hidden: () => {
      isShown = false;
      panel?.hidden();
    },
  });
  notebook.followers.add(() => panel?.changed());
}

function variablesHost(notebook: Notebook): VariablesHost {
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

/** Shows the field for `input()` under the cell that asks, while it does. */
export function followQuestions(notebook: Notebook): void {
  const { session } = notebook;
  const fields = new Map<string, InputField>();
  notebook.followers.add(() => {
    const { running } = queueOf(session.state.document);
    const asks = running?.run?.asks ?? null;
    for (const [cell, field] of fields)
      if (cell !== running?.id || !asks) field.update(null, infoOf(notebook, cell));
    const body = asks && notebook.view(running?.id ?? null)?.element.querySelector(".cell-body");
    if (!running || !body) return;
    const field = fields.get(running.id) ?? new InputField(inputHost(notebook, running.id));
    fields.set(running.id, field);
    if (field.element.parentElement !== body) body.append(field.element);
    field.update(asks, infoOf(notebook, running.id));
  });
}

function inputHost(notebook: Notebook, cell: string): InputHost {
  return {
    answer: (request, text) => notebook.session.answer(cell, request, text),
    leave: () => notebook.view(cell)?.choose(),
    speak: (text) => notebook.messages.speak(text),
  };
}

function infoOf(notebook: Notebook, cell: string): InputInfo {
  const { me, writable } = notebook.session.state;
  const by = notebook.cell(cell)?.run?.by;
  const number = notebook.order.indexOf(cell) + 1;
  return { number, writable, isMine: by !== undefined && by === me?.person };
}
