/** Lists to choose from: single and multiple selection, and menus of acts, by mouse or keyboard. */

import { h, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { showPopover } from "./popover.js";

const FILTER_FROM = 8;

/**
 * Opens a list beside `anchor`. `choices`: {label, detail, value, group, node}; `chosen` a Set of values.
 * Single: `onchoose(choice)` and the list closes. Multiple: `onchoose(choices)` when the list closes.
 */
export function showMenu(
  anchor,
  { choices, chosen = new Set(), multiple = false, role = "listbox", label, align, onchoose },
) {
  const picked = new Set(chosen);
  const id = uniqueId("menu");
  const list = h("div.menu-list", {
    role,
    id,
    tabindex: -1,
    "aria-label": label,
    "aria-multiselectable": multiple || null,
  });
  const filter =
    choices.length > FILTER_FROM
      ? h("input.menu-filter", {
          type: "text",
          placeholder: "Filter",
          "aria-label": `Filter ${label ?? "options"}`,
          "aria-controls": id,
          autocomplete: "off",
        })
      : null;
  const view = { list, choices, shown: [], picked, multiple, role, active: -1 };
  const close = showPopover(anchor, [filter && h("div.menu-head", filter), list], {
    align,
    match: role === "listbox",
    onclose: () => multiple && onchoose(choices.filter((choice) => picked.has(choice.value))),
  });
  const pick = (choice) => {
    if (!multiple) {
      close();
      onchoose(choice);
      return;
    }
    if (!picked.delete(choice.value)) picked.add(choice.value);
    draw(view, filter?.value ?? "", pick);
  };
  draw(view, "", pick);
  const typed = filter ?? list;
  filter?.addEventListener("input", () => draw(view, filter.value, pick, 0));
  typed.addEventListener("keydown", (event) => steer(event, view, typed, pick));
  activate(
    view,
    typed,
    Math.max(
      0,
      view.shown.findIndex((choice) => picked.has(choice.value)),
    ),
  );
  typed.focus();
}

function draw(view, query, pick, active = view.active) {
  const wanted = query.trim().toLowerCase();
  view.shown = view.choices.filter((choice) => choice.label.toLowerCase().includes(wanted));
  const rows = [];
  let group = "";
  view.shown.forEach((choice) => {
    if (choice.group && choice.group !== group)
      rows.push(h("div.menu-group", { role: "presentation" }, choice.group));
    group = choice.group ?? "";
    rows.push(row(view, choice, pick));
  });
  view.list.replaceChildren(...(rows.length ? rows : [h("div.menu-none", "No matches")]));
  activate(view, null, Math.min(active, view.shown.length - 1));
}

function row(view, choice, pick) {
  const selected = view.picked.has(choice.value);
  return h(
    "div.menu-row",
    {
      role: view.role === "menu" ? "menuitem" : "option",
      id: uniqueId("option"),
      "aria-selected": view.role === "menu" ? null : String(selected),
      onclick: () => pick(choice),
      onpointermove: (event) =>
        activate(view, null, view.shown.indexOf(choice), event.currentTarget),
    },
    view.multiple &&
      h("span.tick", { class: selected ? "on" : null }, selected && icon("check", 12)),
    h(
      "span.menu-words",
      h("span", choice.node?.cloneNode(true) ?? choice.label),
      choice.detail && h("small", choice.detail),
    ),
    !view.multiple && selected && icon("check", 16),
  );
}

function activate(view, typed, index) {
  view.active = index;
  const rows = [...view.list.querySelectorAll(".menu-row")];
  rows.forEach((element, at) => element.classList.toggle("active", at === index));
  const current = rows[index];
  if (typed && current) current.scrollIntoView({ block: "nearest" });
  const holder = view.list.parentElement?.querySelector(".menu-filter") ?? view.list;
  if (current) holder.setAttribute("aria-activedescendant", current.id);
}

function steer(event, view, typed, pick) {
  const last = view.shown.length - 1;
  const moves = { ArrowDown: view.active + 1, ArrowUp: view.active - 1, Home: 0, End: last };
  if (event.key in moves) {
    event.preventDefault();
    activate(view, typed, (moves[event.key] + last + 1) % (last + 1));
  } else if (event.key === "Enter" || (event.key === " " && typed === view.list)) {
    event.preventDefault();
    if (view.shown[view.active]) pick(view.shown[view.active]);
  }
}
