/** What to try first, shown until somebody has tried it or waved it away. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

const KEPT = "shipmate.hint";
const FIRST = "/deploy staging";
const MORE = ["/where", "/shipmate help"];

/** {element, done()}. `fill(text)` puts words into the composer. */
export function hint(store, fill) {
  const element = h("aside.first-steps", { "aria-label": "First steps", hidden: true });
  const done = () => {
    element.hidden = true;
    localStorage.setItem(KEPT, "done");
  };
  const chip = (words) =>
    h("button.chip-button", { type: "button", onclick: () => fill(words) }, words);
  element.append(
    h("span", h("b", "Try: "), chip(FIRST)),
    h("span.first-more", "or ", MORE.map(chip)),
    h(
      "button.icon-button.small",
      { type: "button", "aria-label": "Dismiss hint", onclick: done },
      icon("close", 14),
    ),
  );
  store.subscribe(() => {
    if (store.loaded && localStorage.getItem(KEPT) !== "done") element.hidden = false;
  });
  return { element, done };
}
