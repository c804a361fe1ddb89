/** The page's conversation with the sandbox: JSON requests, and events that never stop coming. */

/** A request that the sandbox refused or that never arrived; `message` is fit to be shown. */
export class RequestFailed extends Error {}

/** GET: the parsed JSON, or RequestFailed. */
export function get(path) {
  return ask(path, { headers: { accept: "application/json" } });
}

/** POST with a JSON body: the parsed JSON, or RequestFailed. */
export function post(path, body) {
  return ask(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
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

const EVENTS = ["message", "changed", "deleted", "ephemeral", "ephemeral_changed", "view", "view_closed", "error", "panel"];

/**
 * Listens as `persona`. `heard(name, thing)` gets every event; `connection(alive)` is told at each
 * change, and again with true after a gap, when the state must be read anew. Returns what stops it.
 */
export function listen(persona, heard, connection) {
  const source = new EventSource(`/page/events?persona=${encodeURIComponent(persona)}`);
  for (const name of EVENTS) {
    source.addEventListener(name, (event) => {
      if (typeof event.data === "string") heard(name, JSON.parse(event.data));
    });
  }
  let retry = 0;
  source.addEventListener("open", () => connection(true));
  source.addEventListener("error", (event) => {
    if (typeof event.data === "string") return;
    connection(false);
    if (source.readyState === EventSource.CLOSED) retry = setTimeout(() => connection(null), 1500);
  });
  return () => { clearTimeout(retry); source.close(); };
}
