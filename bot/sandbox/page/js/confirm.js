/** The question that Slack asks before a button with a confirm object acts. */

import { h, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { plainText, textObject } from "./mrkdwn.js";

/** Resolves to true when the person goes on; without a confirm object at once. */
export function confirmed(confirm, names) {
  if (!confirm) return Promise.resolve(true);
  const titleId = uniqueId("confirm");
  return new Promise((resolve) => {
    const answer = (yes) => {
      dialog.close();
      dialog.remove();
      resolve(yes);
    };
    const style = confirm.style === "danger" ? "danger" : "primary";
    const go = h(
      "button.btn",
      { type: "button", class: style, onclick: () => answer(true) },
      words(confirm.confirm, "Yes"),
    );
    const back = h(
      "button.btn",
      { type: "button", onclick: () => answer(false) },
      words(confirm.deny, "Cancel"),
    );
    const dialog = h(
      "dialog.modal.confirm",
      {
        "aria-labelledby": titleId,
        oncancel: (event) => {
          event.preventDefault();
          answer(false);
        },
      },
      h(
        "header",
        h("h2", { id: titleId }, words(confirm.title, "Are you sure?")),
        closeButton(() => answer(false)),
      ),
      h("div.modal-body", h("div.text", textObject(confirm.text, names))),
      h("footer", back, go),
    );
    document.body.append(dialog);
    dialog.showModal();
    (style === "danger" ? back : go).focus();
  });
}

/** The × in the corner of a dialog. */
export function closeButton(onclick) {
  return h(
    "button.icon-button.close",
    { type: "button", "aria-label": "Close", onclick },
    icon("close", 20),
  );
}

function words(object, otherwise) {
  return object ? plainText(object) : otherwise;
}
