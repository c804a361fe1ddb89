/** The blocks that frame others: tasks and plans, alerts, cards, containers. */

import { h, uniqueId } from "./dom.js";
import { elementNode } from "./elements.js";
import { withEmoji } from "./emoji.js";
import { icon } from "./icons.js";
import { image } from "./images.js";
import { link } from "./inline.js";
import { plainText, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";

const STATUS = {
  pending: "Pending",
  in_progress: "In progress",
  complete: "Complete",
  error: "Failed",
};

/** What a person opened or closed stays so when the message changes. */
const folds = new Map();

/** One task with its status, and behind a fold its details, output and sources. */
export function taskCard(block, place) {
  return h("div.task-card.card-frame", task(block, place));
}

/** Several tasks under one title. */
export function plan(block, place) {
  const done = block.tasks.filter(({ status }) => status === "complete").length;
  const head = [
    h("strong", withEmoji(block.title)),
    h("span.quiet", `${done} of ${block.tasks.length}`),
  ];
  return fold(
    "plan.card-frame",
    place,
    true,
    head,
    block.tasks.map((inner, index) =>
      task(inner, { ...place, position: `${place.position}/${index}` }),
    ),
  );
}

function task(block, place) {
  const more = [
    block.details && richText(block.details, place.names),
    block.output && h("div.output", richText(block.output, place.names)),
    block.sources?.length &&
      h(
        "div.sources",
        block.sources.map((source) => link(source.url, source.text)),
      ),
  ].filter(Boolean);
  const head = [statusMark(block.status), h("span.task-title", withEmoji(block.title))];
  if (!more.length) return h("div.task", { class: block.status }, h("div.task-head", head));
  return fold(`task.${block.status}`, place, block.status === "error", head, more);
}

function statusMark(status) {
  const mark = { complete: icon("check", 12), error: icon("close", 12) }[status];
  return h(
    "span.status",
    { class: status, role: "img", "aria-label": STATUS[status] ?? status, title: STATUS[status] },
    mark,
  );
}

/** A line in a modal that warns or tells. */
export function alertBlock(block, place) {
  const level = ["info", "warning", "error", "success"].includes(block.level)
    ? block.level
    : "default";
  const mark = { warning: "alert", error: "alert", success: "check" }[level] ?? "info";
  return h(
    "div.alert",
    { class: level, role: level === "error" ? "alert" : "note" },
    icon(mark),
    h("div.text", textObject(block.text, place.names)),
  );
}

/** A summary of one thing, with a picture, words and up to three buttons. */
export function card(block, place) {
  return h(
    "div.card.card-frame",
    block.hero_image && h("div.hero", image(block.hero_image)),
    (block.title || block.icon) &&
      h(
        "div.card-head",
        block.icon && h("span.card-icon", image(block.icon)),
        h(
          "div",
          h("strong", textObject(block.title, place.names)),
          block.subtitle && h("div.quiet", textObject(block.subtitle, place.names)),
        ),
      ),
    block.body && h("div.text", textObject(block.body, place.names)),
    block.actions?.length &&
      h(
        "div.actions",
        block.actions.map((element) => elementNode(element, place)),
      ),
  );
}

export function carousel(block, place) {
  return h(
    "div.carousel",
    { tabindex: 0, role: "group", "aria-label": "Cards" },
    block.elements.map((inner) => card(inner, place)),
  );
}

/** A frame around other blocks, collapsible when it says so. `child` draws one inner block. */
export function container(block, place, child) {
  const title = block.rich_text_title
    ? richText(block.rich_text_title, place.names)
    : h("strong", plainText(block.title));
  const head = [
    block.icon && h("span.card-icon", image(block.icon)),
    h(
      "span.container-words",
      title,
      block.subtitle && h("span.quiet", textObject(block.subtitle, place.names)),
    ),
  ];
  const inside = block.child_blocks.map(child);
  const width = ["narrow", "wide", "full"].includes(block.width) ? `.${block.width}` : "";
  if (block.is_collapsible)
    return fold(`container.card-frame${width}`, place, !block.default_collapsed, head, inside);
  return h(
    `div.container.card-frame${width}`,
    h("div.fold-head", { class: block.has_header_divider ? "ruled" : null }, head),
    h("div.fold-body", inside),
  );
}

function fold(classes, place, startsOpen, head, inside) {
  const open = folds.get(place.position) ?? startsOpen;
  const id = uniqueId("fold");
  const body = h("div.fold-body", { id, hidden: !open }, inside);
  const toggle = h(
    "button.fold-head",
    {
      type: "button",
      "aria-expanded": String(open),
      "aria-controls": id,
      onclick: () => {
        const now = body.hidden;
        body.hidden = !now;
        toggle.setAttribute("aria-expanded", String(now));
        folds.set(place.position, now);
      },
    },
    head,
    icon("chevron", 16),
  );
  return h(`div.${classes}`, toggle, body);
}
