// The only `fetch` of the front end: adds the CSRF token, turns every failure into one shape.

/** What the server or the network said instead of an answer. `message` and `hint` are for people. */
export class Refusal extends Error {
  constructor(
    readonly status: number, // 0 when nothing came back
    readonly code: string,
    message: string,
    readonly hint: string = "",
  ) {
    super(message);
  }
}

function cookie(name: string): string {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

/** Django's token: from the page's own meta element, else from the cookie. */
export function csrfToken(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]');
  return meta?.content || cookie("csrftoken");
}

async function answer(response: Response): Promise<unknown> {
  let body: Record<string, unknown> = {};
  try {
    body = (await response.json()) as Record<string, unknown>;
  } catch {
    if (response.ok) return {};
  }
  if (response.ok) return body;
  const text = (key: string) => (typeof body[key] === "string" ? (body[key] as string) : "");
  throw new Refusal(response.status, text("code"), text("message"), text("hint"));
}

async function ask(address: string, options: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(address, { credentials: "same-origin", ...options });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new Refusal(0, "offline", "");
  }
  return answer(response);
}

/** GET `address`, answered as JSON. Throws Refusal; `signal` aborts. */
export function getJson(address: string, signal?: AbortSignal): Promise<unknown> {
  const options: RequestInit = { headers: { Accept: "application/json" } };
  if (signal) options.signal = signal;
  return ask(address, options);
}

/** POST form fields to `address`, with the CSRF token; answered as JSON. Throws Refusal.
    `outlives`: it is sent even when the page is left at once. */
export function postForm(
  address: string,
  fields: Record<string, string>,
  outlives = false,
): Promise<unknown> {
  return ask(address, {
    method: "POST",
    keepalive: outlives,
    headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
    body: new URLSearchParams(fields),
  });
}
