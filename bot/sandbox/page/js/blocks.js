/** Block Kit blocks as elements, and how a changed message is redrawn block by block. */

import { h, uniqueId } from "./dom.js";
import { alertBlock, card, carousel, container, plan, taskCard } from "./cards.js";
import { chart } from "./chart.js";
import { elementNode } from "./elements.js";
import { image } from "./images.js";
import { markdown } from "./markdown.js";
import { plainText, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { dataTable, table } from "./table.js";

const drawn = new WeakMap();

/**
 * Draws `blocks` into `holder`; drawn again, only those that changed are replaced.
 * `surface`: {key, names, people, channels, form, act}; `errors` by block id, for views.
 */
export function drawBlocks(holder, blocks, surface, errors = {}) {
  const before = drawn.get(holder) ?? [];
  const after = blocks.map((block, index) => {
    const { block_id: blockId, ...rest } = block;
    const same = JSON.stringify([rest, errors[blockId]]);
    const old = before[index];
    if (old?.same === same) {
      surface.form.rename(old.place.blockId, blockId);
      old.place.blockId = blockId;
      return old;
    }
    const place = { ...surface, blockId, acts: true, position: `${surface.key}/${index}` };
    return { same, place, node: blockNode(block, place, errors[blockId]) };
  });
  swap(
    holder,
    before.map((row) => row.node),
    after.map((row) => row.node),
  );
  drawn.set(holder, after);
}

function swap(holder, before, after) {
  const focused = holder.contains(document.activeElement)
    ? document.activeElement.dataset.actionId
    : "";
  after.forEach((node, index) => {
    if (node === before[index]) return;
    if (before[index]) before[index].replaceWith(node);
    else holder.append(node);
  });
  before.slice(after.length).forEach((node) => node.remove());
  if (focused && !holder.contains(document.activeElement)) {
    [...holder.querySelectorAll("[data-action-id]")]
      .find((node) => node.dataset.actionId === focused)
      ?.focus();
  }
}

/** One block. */
export function blockNode(block, place, error) {
  const node = made(block, place, error);
  node.classList.add("block");
  node.dataset.block = block.type;
  return node;
}

function made(block, place, error) {
  const child = (inner, index) =>
    blockNode(inner, {
      ...place,
      blockId: inner.block_id ?? place.blockId,
      position: `${place.position}/${index}`,
    });
  switch (block.type) {
    case "section":
      return section(block, place);
    case "header":
      return h("h3.header", plainText(block.text));
    case "context":
      return h(
        "div.context",
        block.elements.map((element) => contextPiece(element, place)),
      );
    case "divider":
      return h("hr");
    case "actions":
      return h(
        "div.actions",
        block.elements.map((element) => elementNode(element, place)),
      );
    case "context_actions":
      return h(
        "div.context-actions",
        block.elements.map((element) => elementNode(element, place)),
      );
    case "image":
      return picture(block);
    case "input":
      return input(block, place, error);
    case "rich_text":
      return richText(block, place.names);
    case "markdown":
      return markdown(block.text);
    case "table":
      return table(block, place.names);
    case "data_table":
      return dataTable(block, place);
    case "data_visualization":
      return chart(block);
    case "task_card":
      return taskCard(block, place);
    case "plan":
      return plan(block, place);
    case "alert":
      return alertBlock(block, place);
    case "card":
      return card(block, place);
    case "carousel":
      return carousel(block, place);
    case "container":
      return container(block, place, child);
    case "video":
      return h("div.card-frame", h("strong", plainText(block.title)), h("p", block.alt_text));
    default:
      return h("div.unknown", `This page does not draw the block "${block.type}"`);
  }
}

function section(block, place) {
  const words = h(
    "div.section-words",
    block.text &&
      h(
        "div.text",
        { class: block.expand ? "expanded" : null },
        textObject(block.text, place.names),
      ),
    block.fields &&
      h(
        "div.fields",
        block.fields.map((field) => h("div.text", textObject(field, place.names))),
      ),
  );
  const accessory =
    block.accessory &&
    h("div.accessory", { class: block.accessory.type }, elementNode(block.accessory, place));
  return h("div.section", words, accessory);
}

function contextPiece(element, place) {
  return element.type === "image"
    ? image(element)
    : h("span.text", textObject(element, place.names));
}

function picture(block) {
  return h("figure", block.title && h("figcaption", plainText(block.title)), image(block));
}

function input(block, place, error) {
  const [fieldId, hintId, errorId] = ["field", "hint", "error"].map(uniqueId);
  const own = Object.assign(place, {
    acts: block.dispatch_action === true,
    fieldId,
    label: block.label.text,
  });
  const field = elementNode(block.element, own);
  const target = field.matches(".counted") ? field.firstElementChild : field;
  target.id = fieldId;
  target.setAttribute("aria-invalid", String(Boolean(error)));
  target.setAttribute(
    "aria-describedby",
    [error && errorId, block.hint && hintId].filter(Boolean).join(" "),
  );
  return h(
    "div.input",
    { class: error ? "wrong" : null },
    h(
      "label",
      { for: fieldId },
      plainText(block.label),
      block.optional && h("span.optional", " (optional)"),
    ),
    field,
    error && h("div.error", { id: errorId, role: "alert" }, error),
    block.hint && h("div.hint", { id: hintId }, plainText(block.hint)),
  );
}
