// What an uploaded file may become: a notebook opens, a script or Markdown becomes one on request.
import { postForm, type Refusal } from "../lib/http";
import { addressOf } from "./listing";
import type { Notice } from "./notice";
import { say } from "./words";

type Arrived = { workspace: string; folder: string; name: string; notice: Notice };

const TEXTS = /\.(py|md|markdown)$/i;

/** Says that a file is here and what may be done with it; nothing for other files. */
export function offerNotebook({ workspace, folder, name, notice }: Arrived): void {
  const path = folder ? `${folder}/${name}` : name;
  const text = say("arrived", { name });
  if (name.endsWith(".ipynb")) {
    const act = () => location.assign(addressOf(workspace, { kind: "notebook", path }));
    notice.show(text, { action: say("openNotebook"), act });
  } else if (TEXTS.test(name)) {
    const act = () => void make(workspace, path, notice);
    notice.show(text, { action: say("asNotebook"), act });
  }
}

async function make(workspace: string, path: string, notice: Notice): Promise<void> {
  try {
    const made = (await postForm("/ajax/notebooks/import", { workspace, path })) as { id: string };
    location.assign(`/notebooks/${made.id}`);
  } catch (error) {
    const { status, message, hint } = error as Refusal;
    const sentence = `${message} ${hint}`.trim();
    notice.show(status ? sentence || say("failed") : say("offline"), { failed: true });
  }
}
