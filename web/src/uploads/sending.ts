// Sends one file to /ajax/upload. XMLHttpRequest, since fetch cannot tell how far an upload got.
import { csrfToken } from "../lib/http";

export type Outcome =
  | { kind: "stored"; name: string; size: number }
  | { kind: "refused"; status: number; message: string }
  | { kind: "offline" }
  | { kind: "cancelled" };

export type Sending = { done: Promise<Outcome>; cancel(): void };

/** `progress` hears the bytes that left, file and form together, and their total. */
export function send(
  file: File,
  address: string,
  progress: (loaded: number, total: number) => void,
): Sending {
  const request = new XMLHttpRequest();
  const form = new FormData();
  form.append("file1", file, file.name.normalize("NFC"));
  const done = new Promise<Outcome>((resolve) => {
    request.upload.onprogress = (event) => progress(event.loaded, event.total);
    request.onload = () => resolve(outcome(request.status, request.responseText));
    request.onerror = () => resolve({ kind: "offline" });
    request.onabort = () => resolve({ kind: "cancelled" });
  });
  request.open("POST", address);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRFToken", csrfToken());
  request.send(form);
  return { done, cancel: () => request.abort() };
}

/** What an answer means; an answer that is no JSON is a refusal without words. */
export function outcome(status: number, text: string): Outcome {
  let body: Record<string, unknown> = {};
  try {
    body = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { kind: "refused", status, message: "" };
  }
  if (status === 200 && typeof body.name === "string" && typeof body.size === "number")
    return { kind: "stored", name: body.name, size: body.size };
  const words = [body.message, body.hint].filter((part) => typeof part === "string" && part);
  return { kind: "refused", status, message: words.join(" ") };
}
