/** Modals: the stack of views, their values, their errors, their submission. */

import { post } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { closeButton } from "./confirm.js";
import { h, put, uniqueId } from "./dom.js";
import { valueKey } from "./form.js";
import { shipmark } from "./icons.js";
import { people } from "./message.js";
import { plainText } from "./mrkdwn.js";
import { attempt } from "./toasts.js";

/** Keeps one dialog per open view, the newest on top. */
export function modals(store) {
  const open = new Map();
  store.subscribe(() => {
    const wanted = new Set(store.views.map(({ id }) => id));
    for (const [id, shown] of open) {
      if (wanted.has(id)) continue;
      shown.dialog.close();
      shown.dialog.remove();
      open.delete(id);
    }
    for (const view of store.views) {
      if (!open.has(view.id)) open.set(view.id, frame(store, view));
      const shown = open.get(view.id);
      if (shown.view !== view) {
        shown.view = view;
        shown.errors = {};
        draw(store, shown);
      }
      shown.dialog.classList.toggle("buried", view !== store.views.at(-1));
    }
  });
}

function frame(store, view) {
  const titleId = uniqueId("modal");
  const shown = {
    view: null,
    errors: {},
    title: h("h2", { id: titleId }),
    body: h("div.modal-blocks"),
    foot: h("footer"),
  };
  const close = () => dismissed(store, shown);
  shown.dialog = h(
    "dialog.modal",
    {
      "aria-labelledby": titleId,
      data: { view: view.id },
      oncancel: (event) => {
        event.preventDefault();
        close();
      },
    },
    h(
      "form",
      {
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          submitted(store, shown);
        },
      },
      h(
        "header",
        h("span.avatar.bot", { "aria-hidden": "true" }, shipmark()),
        shown.title,
        closeButton(close),
      ),
      h("div.modal-body", shown.body),
      shown.foot,
    ),
  );
  document.body.append(shown.dialog);
  shown.dialog.showModal();
  queueMicrotask(() =>
    (
      shown.dialog.querySelector("[data-focus=first]") ??
      shown.body.querySelector("input, textarea, .select, button")
    )?.focus(),
  );
  return shown;
}

function draw(store, shown) {
  const { view } = shown;
  put(shown.title, plainText(view.title));
  drawBlocks(shown.body, view.blocks ?? [], surface(store, shown), shown.errors);
  put(
    shown.foot,
    h(
      "button.btn",
      { type: "button", onclick: () => dismissed(store, shown) },
      view.close ? plainText(view.close) : "Close",
    ),
    view.submit && h("button.btn.primary", { type: "submit" }, plainText(view.submit)),
  );
}

function surface(store, shown) {
  const form = store.form(`view/${shown.view.id}`);
  return {
    key: shown.view.id,
    names: store.names,
    form,
    people: () => people(store),
    channels: () => store.state.channels,
    act: (place, element, chosen) =>
      attempt(
        post("/page/action", {
          persona: store.persona,
          view_id: shown.view.id,
          block_id: place.blockId,
          action_id: element.action_id,
          type: element.type,
          ...chosen,
          state: { values: form.values(shown.view.blocks) },
        }),
      ),
  };
}

async function submitted(store, shown) {
  const button = shown.foot.querySelector("[type=submit]");
  if (!button || button.getAttribute("aria-busy") === "true") return;
  const { view } = shown;
  const form = store.form(`view/${view.id}`);
  shown.errors = missing(view, form);
  if (Object.keys(shown.errors).length) {
    complain(store, shown);
    return;
  }
  draw(store, shown);
  const busy = shown.foot.querySelector("[type=submit]");
  busy.setAttribute("aria-busy", "true");
  const answer = await attempt(
    post("/page/submit", {
      persona: store.persona,
      view_id: view.id,
      values: form.values(view.blocks),
    }),
  );
  busy.removeAttribute("aria-busy");
  shown.errors = answer.errors ?? {};
  if (Object.keys(shown.errors).length) complain(store, shown);
}

/** Slack itself refuses to submit an input that must be filled in and is not. */
function missing(view, form) {
  const values = form.values(view.blocks);
  const wanted = view.blocks.filter((block) => block.type === "input" && !block.optional);
  return Object.fromEntries(
    wanted
      .filter((block) => {
        const value =
          values[block.block_id]?.[block.element.action_id]?.[valueKey(block.element.type)];
        return (
          value === null ||
          value === undefined ||
          value === "" ||
          (Array.isArray(value) && !value.length)
        );
      })
      .map((block) => [block.block_id, "Please complete this required field."]),
  );
}

function complain(store, shown) {
  draw(store, shown);
  shown.body.querySelector("[aria-invalid=true]")?.focus();
}

function dismissed(store, shown) {
  attempt(post("/page/close", { persona: store.persona, view_id: shown.view.id }));
  store.dropView(shown.view.id);
}
