// "Keep a version…" from the notebook's own page: asks for a name and keeps it.
import type { Messages } from "../notebook/toast";
import { Asking, wordsOf } from "./asking";
import { askKeepName } from "./naming";
import { say } from "./words";

/** `notebook` is the page's address, /notebooks/<id>. */
export async function keepVersion(notebook: string, messages: Messages): Promise<void> {
  const name = await askKeepName();
  if (!name) return;
  try {
    await new Asking(`/ajax${notebook}/history`).keep(name);
    const see = { label: say("see_history"), run: () => location.assign(`${notebook}/history`) };
    messages.show(say("kept", { name }), see);
  } catch (error) {
    messages.show(wordsOf(error), undefined, "failed");
  }
}
