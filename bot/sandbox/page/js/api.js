/** The page's conversation with the sandbox: JSON requests, and events that never stop coming. */

/** A request that the sandbox refused or that never arrived; `message` is fit to be shown. */
export class RequestFailed extends Error {}

/** GET: the parsed JSON, or RequestFailed. */
export function get(path) {
  return ask(path, { headers: { accept: "application/json" } });
}

/** POST with a JSON body: the parsed JSON, or RequestFailed. */
export function post(path, body) {
  return ask(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new RequestFailed("The sandbox does not answer. Is shipmate demo still running?");
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new RequestFailed(body.error ?? `The sandbox answered ${answer.status}.`);
  return body;
}

const EVENTS = [
  "message",
  "changed",
  "deleted",
  "ephemeral",
  "ephemeral_changed",
  "view",
  "view_closed",
  "error",
  "channel",
  "panel",
];
const RETRY_MS = 1000;

/**
 * Listens as `persona`, and again after every break. `heard(name, thing)` gets every event;
 * `connection(alive)` is told when the line opens and when it breaks: what happened before it
 * opened was not heard. Returns what stops it.
 */
export function listen(persona, heard, connection) {
  let source = null;
  let retry = 0;
  const connect = () => {
    source = new EventSource(`/page/events?persona=${encodeURIComponent(persona)}`);
    for (const name of EVENTS) {
      source.addEventListener(name, ({ data }) => {
        if (typeof data === "string") heard(name, JSON.parse(data));
      });
    }
    source.addEventListener("open", () => connection(true));
    source.addEventListener("error", ({ data }) => {
      if (typeof data === "string") return;
      source.close();
      connection(false);
      retry = setTimeout(connect, RETRY_MS);
    });
  };
  connect();
  return () => {
    clearTimeout(retry);
    source.close();
  };
}
