// Real editors for the tests of sessions, attached to a session as the notebook's page does it.
import { CellEditor } from "../editor/editor";
import type { Session } from "./session";

// jsdom lays nothing out, and CodeMirror asks.
Range.prototype.getClientRects = () => [] as unknown as DOMRectList;

/** The editor of a cell that is there, made when first asked for. `offered` gets what clashed. */
export function editorOf(session: Session, id: string, offered: string[]): CellEditor | null {
  const there = session.texts.get(id);
  const { confirmed, document } = session.state;
  const cell = confirmed.cells.get(id) ?? document.cells.get(id);
  if (there || !cell) return there ?? null;
  const events = {
    typed: () => session.typed(id),
    focused: () => {},
    key: () => false,
    clashed: (text: string) => offered.push(text),
  };
  const about = { label: "", hint: "", writable: true, client: session.client };
  const editor = new CellEditor({ cell, events, ...about });
  session.texts.attach(id, editor);
  return editor;
}
