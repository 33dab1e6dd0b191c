// The desk: times in words, the list of files, and uploads by button or by dropping anywhere.
import "../../styles/uploads.css";
import "../../styles/workspace.css";
import { el } from "../lib/dom";
import { prop } from "../lib/props";
import { listenForDrops } from "../uploads/dropping";
import { UploadTray } from "../uploads/tray";
import { say as sayUpload } from "../uploads/words";
import { FileList, tellTime } from "./files";
import { offerNotebook } from "./importing";
import { Notice } from "./notice";

export function mount(desk: HTMLElement): void {
  const workspace = prop(desk, "workspace");
  const folder = prop(desk, "folder");
  for (const time of desk.querySelectorAll<HTMLTimeElement>(".desk-card time"))
    tellTime(time, Date.parse(time.dateTime));
  const dock = el("div", { class: "dock" }); // what floats at the foot: a sentence over the tray
  document.body.append(dock);
  const notice = new Notice(dock);
  const files = new FileList(desk, workspace, folder, notice);
  if (prop(desk, "writable") !== "yes") return;
  const query = new URLSearchParams({ workspace, folder });
  const address = `/ajax/upload?${query}`;
  const limit = Number(prop(desk, "limit"));
  const tray = new UploadTray(dock, address, limit, (name) => {
    void files.refresh();
    offerNotebook({ workspace, folder, name, notice });
  });
  const pick = desk.querySelector<HTMLInputElement>("[data-part=pick]");
  pick?.addEventListener("change", () => {
    tray.add(pick.files ?? []);
    pick.value = ""; // choosing the same file again is a change again
  });
  listenForDrops((dropped, folders) => {
    if (folders > 0) notice.show(sayUpload("dropFolder"), { failed: true });
    tray.add(dropped);
  });
}
