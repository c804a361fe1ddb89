/** Where a message or command is written, with completion for commands. */

import { suggestions } from "./completion.js";
import { h, put, uniqueId } from "./dom.js";
import { icon } from "./icons.js";

const MOST_LINES = 8;

/**
 * A composer: {element, focus(), fill(text)}. `send(text)` resolves to false when the text must
 * stay. With `commands`, what starts with a slash is completed and what was sent can be recalled.
 */
export function composer(store, { label, placeholder, commands, send }) {
  const id = uniqueId("suggestions");
  const list = h("div.suggestions", {
    id,
    role: "listbox",
    "aria-label": "Commands",
    hidden: true,
  });
  const reminder = h("div.reminder", { hidden: true, role: "note" });
  const field = h("textarea.compose", {
    rows: 1,
    "aria-label": label,
    autocomplete: "off",
    spellcheck: "false",
    ...(commands
      ? {
          role: "combobox",
          "aria-expanded": "false",
          "aria-controls": id,
          "aria-autocomplete": "list",
        }
      : {}),
  });
  const button = h(
    "button.send",
    { type: "button", "aria-label": "Send", disabled: true, onclick: () => submit(view) },
    icon("send"),
  );
  const slash = h(
    "button.icon-button",
    { type: "button", "aria-label": "Commands", title: "Commands", onclick: () => fill(view, "/") },
    icon("slash"),
  );
  const element = h(
    "div.composer",
    list,
    reminder,
    h(
      "div.compose-box",
      field,
      h(
        "div.compose-tools",
        commands && slash,
        h("span.keys", h("b", "Return"), " to send"),
        button,
      ),
    ),
  );
  const view = {
    store,
    send,
    commands,
    list,
    reminder,
    field,
    button,
    choices: [],
    active: 0,
    sent: [],
    recall: 0,
  };
  field.addEventListener("input", () => offer(view));
  field.addEventListener("keydown", (event) => press(view, event));
  field.addEventListener("blur", () => setTimeout(() => hide(view), 120));
  field.addEventListener("focus", () => offer(view));
  store.subscribe(() => {
    field.placeholder = placeholder();
  });
  return { element, focus: () => field.focus(), fill: (text) => fill(view, text) };
}

function fill(view, text) {
  view.field.value = text;
  view.field.focus();
  offer(view);
}

function offer(view) {
  const { field, button, store } = view;
  field.style.setProperty("height", "auto");
  field.style.setProperty("height", `${Math.min(field.scrollHeight, MOST_LINES * 22 + 12)}px`);
  button.disabled = !field.value.trim();
  const found = view.commands
    ? suggestions(field.value.slice(0, field.selectionStart), store.state)
    : null;
  view.choices = found?.choices ?? [];
  view.active = 0;
  view.list.hidden = !view.choices.length;
  field.setAttribute("aria-expanded", String(Boolean(view.choices.length)));
  put(
    view.list,
    view.choices.length > 0 && h("div.suggestions-head", "Commands"),
    view.choices.map((choice) => row(view, choice)),
  );
  view.reminder.hidden = !found?.usage;
  put(view.reminder, found?.usage && [h("code", found.usage), h("span", found.detail)]);
  highlight(view);
}

function row(view, choice) {
  return h(
    "div.suggestion",
    {
      role: "option",
      id: uniqueId("suggestion"),
      onpointerdown: (event) => {
        event.preventDefault();
        take(view, choice);
      },
      onpointermove: () => {
        view.active = view.choices.indexOf(choice);
        highlight(view);
      },
    },
    h("div", h("b", choice.title), choice.usage && h("span.usage", choice.usage)),
    h("small", choice.detail),
  );
}

function highlight(view) {
  const rows = [...view.list.querySelectorAll(".suggestion")];
  rows.forEach((element, index) => {
    element.classList.toggle("active", index === view.active);
    element.setAttribute("aria-selected", String(index === view.active));
  });
  const current = rows[view.active];
  if (current) {
    view.field.setAttribute("aria-activedescendant", current.id);
    current.scrollIntoView({ block: "nearest" });
  } else view.field.removeAttribute("aria-activedescendant");
}

function take(view, choice) {
  fill(view, choice.insert);
}

function hide(view) {
  if (document.activeElement === view.field) return;
  view.list.hidden = true;
  view.reminder.hidden = true;
  view.choices = [];
  view.field.setAttribute("aria-expanded", "false");
}

function press(view, event) {
  if (event.isComposing) return;
  const choice = view.choices[view.active];
  if (choice && ["ArrowDown", "ArrowUp", "Tab", "Escape"].includes(event.key)) {
    event.preventDefault();
    if (event.key === "Tab") return take(view, choice);
    if (event.key === "Escape") {
      view.choices = [];
      view.list.hidden = true;
      return;
    }
    const step = event.key === "ArrowDown" ? 1 : -1;
    view.active = (view.active + step + view.choices.length) % view.choices.length;
    highlight(view);
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    const whole = choice?.passive || choice?.insert.trim() === view.field.value.trim();
    if (choice && !whole) take(view, choice);
    else submit(view);
  } else if ((event.key === "ArrowUp" || event.key === "ArrowDown") && view.commands) {
    recall(view, event);
  }
}

/** In an empty composer the arrows bring back what was sent before. */
function recall(view, event) {
  const { field, sent } = view;
  if (field.value && field.value !== sent[view.recall]) return;
  const next = view.recall + (event.key === "ArrowUp" ? -1 : 1);
  if (next < 0 || next > sent.length) return;
  event.preventDefault();
  view.recall = next;
  field.value = sent[next] ?? "";
  offer(view);
}

async function submit(view) {
  const text = view.field.value.trim();
  if (!text) return;
  view.field.value = "";
  offer(view);
  view.sent = [...view.sent.filter((old) => old !== text), text];
  view.recall = view.sent.length;
  if ((await view.send(text)) === false && !view.field.value) fill(view, text);
}
