// Passkeys on a page: the button of the sign-in, the one beside a password that is asked for again,
// and the form of the account page that makes a new one. data-use says which.

import { el, need } from "../lib/dom";
import { postForm, Refusal } from "../lib/http";
import { prop } from "../lib/props";
import { creationOptions, credentialText, requestOptions } from "./coding";
import { say, sentence } from "./words";

const BUTTON = ":scope > .passkey-use, :scope > p > .passkey-use";

/** Whether this browser, at this address, knows passkeys at all. */
export function isAble(): boolean {
  return window.isSecureContext && "PublicKeyCredential" in window && "credentials" in navigator;
}

export function mount(element: HTMLElement): void {
  const use = prop(element, "use");
  if (!isAble()) {
    if (use === "add") element.replaceWith(el("p", { class: "quiet" }, say("unsupported")));
    else element.remove();
    return;
  }
  element.hidden = false;
  const button = need<HTMLButtonElement>(element, BUTTON);
  const words = need<HTMLElement>(element, ":scope > .passkey-words");
  button.disabled = false;
  const run = async (event: Event) => {
    event.preventDefault();
    busy(button, true);
    words.textContent = say("waiting");
    try {
      await ceremonies[use as Use](element);
      words.textContent = "";
    } catch (problem) {
      words.textContent = sentence(problem);
      busy(button, false);
      wanted(element, problem, button).focus(); // a button that was disabled has lost it
      return;
    }
    busy(button, false);
  };
  element.addEventListener(use === "add" ? "submit" : "click", (event) => {
    if (use === "add" || button.contains(event.target as Node)) void run(event);
  });
}

type Use = keyof typeof ceremonies;

const ceremonies = {
  /** To where the person wanted to go, signed in. */
  async "sign-in"() {
    const field = (name: string) =>
      document.querySelector<HTMLInputElement>(`.signin-form input[name=${name}]`);
    const fields: Record<string, string> = { next: field("next")?.value ?? "" };
    if (field("remember")?.checked) fields.remember = "on";
    const answer = await prove("sign-in", fields);
    window.location.assign(String(answer.next));
  },
  /** The form goes on as if the password stood in it. */
  async confirm(element: HTMLElement) {
    await prove("confirm", {});
    const form = element.closest("form");
    for (const field of form?.querySelectorAll<HTMLInputElement>("input[name=password]") ?? [])
      field.disabled = true;
    form?.requestSubmit();
  },
  /** The page again, with the new passkey in the list. */
  async add(element: HTMLElement) {
    const password = element.querySelector<HTMLInputElement>("input[name=password]:enabled");
    const options = await begin("add", password ? { password: password.value } : {});
    const publicKey = creationOptions(options as PublicKeyCredentialCreationOptionsJSON);
    await finish("add", await navigator.credentials.create({ publicKey }), {});
    window.location.hash = "passkeys";
    window.location.reload();
  },
};

type Answer = Record<string, unknown>;

async function prove(use: string, fields: Record<string, string>): Promise<Answer> {
  const options = await begin(use, {});
  const publicKey = requestOptions(options as PublicKeyCredentialRequestOptionsJSON);
  return finish(use, await navigator.credentials.get({ publicKey }), fields);
}

async function begin(use: string, fields: Record<string, string>): Promise<unknown> {
  const answer = (await postForm(`/ajax/passkeys/${use}/begin`, fields)) as Answer;
  return answer.options;
}

async function finish(
  use: string,
  made: Credential | null,
  fields: Record<string, string>,
): Promise<Answer> {
  if (!(made instanceof PublicKeyCredential)) throw new DOMException("", "NotAllowedError");
  const credential = credentialText(made);
  return (await postForm(`/ajax/passkeys/${use}`, { credential, ...fields })) as Answer;
}

/** What to try again with: the password when that was wrong, else the button. */
function wanted(element: HTMLElement, problem: unknown, button: HTMLElement): HTMLElement {
  const wrong = problem instanceof Refusal && problem.code === "sign_in_failed";
  return (wrong && element.querySelector<HTMLElement>("input[name=password]")) || button;
}

function busy(button: HTMLButtonElement, is: boolean): void {
  button.disabled = is;
  if (is) button.setAttribute("aria-busy", "true");
  else button.removeAttribute("aria-busy");
}
