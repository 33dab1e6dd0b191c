// What can be done from every page: go to another, sign out, another language or light. The notebook
// has far more of its own (notebook/commands/boxcommands.ts).
import { el } from "../lib/dom";
import { csrfToken } from "../lib/http";
import type { Command } from "./lines";
import { say } from "./words";

type Deed = () => void | Promise<void>;
type Row = { name: string; title: string; texts: string[]; deed: Deed; isFor?: readonly string[] };

const ADMIN = ["admin"];
const TEACHERS = ["admin", "teacher"];

/** The rows that somebody with this role may use; `workspace` is where a new notebook goes. */
function rowsOf(workspace: string): Row[] {
  return [
    row("new_notebook", ["create", "make", "만들기"], () => send("/notebooks/new", { workspace })),
    row("to_desk", ["home", "files", "desk", "홈", "파일"], () => go("/service")),
    row("running", ["kernels", "memory", "커널", "메모리"], () => go("/running/")),
    row("account", ["settings", "profile", "password", "설정", "비밀번호"], () => go("/account/")),
    { ...row("people_page", ["admin", "관리"], () => go("/people/")), isFor: ADMIN },
    { ...row("attendance", ["class", "수업"], () => go("/attendance/")), isFor: TEACHERS },
    row("lessons", ["ajax", "수업"], () => go("/ajax/")),
    row("language", ["language", "언어", "korean", "english", "영어", "한국어"], otherLanguage),
    row("light", ["dark mode", "theme", "다크 모드", "테마"], otherLight),
    row("sign_out", ["log out", "leave", "나가기"], signOut),
  ];
}

/** The commands of every page, without the page where one is. */
export function pageCommands(role: string, workspace: string): Command[] {
  return rowsOf(workspace)
    .filter(({ isFor }) => !isFor || isFor.includes(role))
    .map(({ name, title, texts }) => ({ name, title, texts }));
}

/** Do it; false when no command of every page is called so. */
export function performPageCommand(name: string, workspace: string): boolean {
  const found = rowsOf(workspace).find((one) => one.name === name);
  void found?.deed();
  return found !== undefined;
}

function row(word: Parameters<typeof say>[0], texts: string[], deed: Deed): Row {
  return { name: `page:${word}`, title: say(word), texts, deed };
}

function go(to: string): void {
  location.assign(to);
}

// As the page's own forms do: a POST with the token, answered by a page.
function send(action: string, fields: Record<string, string>): void {
  const all = { csrfmiddlewaretoken: csrfToken(), ...fields };
  const inputs = Object.entries(all).map(([name, value]) =>
    el("input", { type: "hidden", name, value }),
  );
  const form = el("form", { method: "post", action, hidden: true }, ...inputs);
  document.body.append(form);
  form.submit();
}

function otherLanguage(): void {
  const language = document.documentElement.lang.startsWith("ko") ? "en" : "ko";
  send("/language", { language, next: location.pathname + location.search });
}

async function otherLight(): Promise<void> {
  const button = document.querySelector<HTMLElement>("[data-module=appearance]");
  if (button) button.click();
  else (await import("../appearance/view")).turn();
}

// The page's own button knows how a stay at a classroom device ends.
function signOut(): void {
  const own = document.querySelector<HTMLFormElement>('form[action="/logout"]');
  if (own) own.requestSubmit();
  else send("/logout", {});
}
