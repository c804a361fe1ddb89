/** Who looks at what, kept in the address: `#/persona/channel/thread`. */

export function readRoute() {
  const [, persona = "", channel = "", thread = ""] = location.hash
    .split("/")
    .map(decodeURIComponent);
  return { persona, channel, thread };
}

/** Writes it without a step in the browser's history. */
export function writeRoute({ persona, channel, thread }) {
  const hash = ["#", persona, channel, thread]
    .filter((part, index) => part || index < 3)
    .map((part, index) => (index ? encodeURIComponent(part) : part))
    .join("/");
  if (location.hash !== hash) history.replaceState(null, "", hash);
}
