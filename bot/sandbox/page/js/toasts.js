/** Short notices at the corner of the page, above everything. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

const SECONDS = 6;
let shelf = null;

/** Shows `text` for a while. `kind`: "error" or "note". */
export function toast(text, kind = "error") {
  shelf ??= document.body.appendChild(
    h("div.toasts", { popover: "manual", role: "status", "aria-live": "polite" }),
  );
  const note = h(
    "div.toast",
    { class: kind },
    icon(kind === "error" ? "alert" : "check"),
    h("span", text),
    h(
      "button.icon-button.small",
      { type: "button", "aria-label": "Dismiss", onclick: () => note.remove() },
      icon("close", 14),
    ),
  );
  shelf.append(note);
  shelf.hidePopover?.();
  shelf.showPopover?.();
  setTimeout(() => note.remove(), SECONDS * 1000);
}

/**
 * Waits for a request; one that failed becomes a toast and `{ok: false}`. What the bot did not
 * acknowledge arrives as an event of its own.
 */
export async function attempt(request) {
  try {
    return await request;
  } catch (failure) {
    toast(failure.message);
    return { ok: false };
  }
}
