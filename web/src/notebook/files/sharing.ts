// The sheet that makes links to look at a notebook, lists those that hold, and takes them back.
import "../../../styles/taking.css";
import { openDialog } from "../../lib/dialog";
import { el } from "../../lib/dom";
import { getJson, postForm } from "../../lib/http";
import { ago, language } from "../../lib/words";
import { problem, say } from "./filewords";

type Link = { id: string; by: string; made_at: number; ends_at: number | null; guests: string[] };

/** `own` is /notebooks/<id>. */
export function openSharing(own: string): void {
  const address = `/ajax${own}/links`;
  const news = el("p", { class: "small", role: "status" });
  const list = el("ul", { class: "links" });
  const made = el("div", { class: "new-link", hidden: true });
  const ends = el(
    "select",
    { "aria-label": say("ends") },
    ...(
      [
        ["", "never"],
        ["1", "day"],
        ["7", "week"],
        ["30", "month"],
      ] as const
    ).map(([days, name]) => el("option", { value: days, selected: days === "7" }, say(name))),
  );
  const dialog = el(
    "dialog",
    { class: "sheet share-sheet", "aria-label": say("share") },
    el(
      "form",
      { method: "dialog", class: "stack" },
      el("h2", {}, say("share")),
      el("p", { class: "quiet small" }, say("share_hint")),
      el(
        "div",
        { class: "row" },
        el("label", { class: "row" }, el("span", {}, say("ends")), ends),
        el("button", { type: "button", class: "primary", onclick: () => void make() }, say("make")),
      ),
      made,
      el("h3", {}, say("links")),
      list,
      news,
      el("div", { class: "row sheet-buttons" }, el("button", {}, say("close"))),
    ),
  );
  openDialog(dialog);
  void refresh();

  async function attempt(work: () => Promise<void>): Promise<void> {
    news.textContent = "";
    try {
      await work();
    } catch (error) {
      news.textContent = problem(error);
    }
  }

  async function refresh(): Promise<void> {
    await attempt(async () => {
      const { links } = (await getJson(address)) as { links: Link[] };
      list.replaceChildren(...links.map(row));
      if (!links.length) list.append(el("li", { class: "quiet" }, say("no_links")));
    });
  }

  async function make(): Promise<void> {
    await attempt(async () => {
      const answer = (await postForm(`${address}/new`, { days: ends.value })) as {
        address: string;
      };
      show(answer.address);
      await refresh();
    });
  }

  function show(link: string): void {
    const field = el("input", { readonly: true, value: link, "aria-label": say("new_link") });
    const copy = el("button", { type: "button" }, say("copy_link"));
    copy.addEventListener("click", () => {
      field.select();
      void navigator.clipboard?.writeText(link).then(() => {
        news.textContent = say("link_copied");
      });
    });
    made.replaceChildren(
      el("div", { class: "row" }, field, copy),
      el("p", { class: "quiet small" }, say("once")),
    );
    made.hidden = false;
    field.select();
    field.focus();
  }

  function row(link: Link): HTMLElement {
    const back = () =>
      attempt(async () => {
        await postForm(`${address}/${link.id}/revoke`, {});
        await refresh();
        news.textContent = say("taken_back");
      });
    const exact = new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" });
    const facts = [
      say("made", { by: link.by, when: ago(link.made_at) }),
      link.ends_at ? say("until", { when: exact.format(link.ends_at) }) : say("never"),
      link.guests.length ? say("opened_by", { names: link.guests.join(", ") }) : say("not_opened"),
    ];
    return el(
      "li",
      {},
      el("span", { class: "small" }, facts.join(" · ")),
      el(
        "button",
        { type: "button", class: "plain", onclick: () => void back() },
        say("take_back"),
      ),
    );
  }
}
