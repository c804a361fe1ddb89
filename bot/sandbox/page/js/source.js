/** A message as the bot sent it: the JSON behind what is drawn. */

import { closeButton } from "./confirm.js";
import { h, uniqueId } from "./dom.js";

export function showSource(message) {
  const { ephemeral, ...sent } = message;
  const titleId = uniqueId("source");
  const close = () => {
    dialog.close();
    dialog.remove();
  };
  const dialog = h(
    "dialog.modal.source",
    {
      "aria-labelledby": titleId,
      oncancel: (event) => {
        event.preventDefault();
        close();
      },
    },
    h(
      "header",
      h("h2", { id: titleId }, ephemeral ? "Ephemeral message" : "Message"),
      closeButton(close),
    ),
    h("div.modal-body", h("pre.code", { tabindex: 0 }, JSON.stringify(sent, null, 2))),
  );
  document.body.append(dialog);
  dialog.showModal();
}
