/** Slack's rich_text blocks as elements. */

import { h } from "./dom.js";
import {
  broadcast,
  channelMention,
  dateText,
  emojiText,
  groupMention,
  link,
  userMention,
} from "./inline.js";

/** The whole block. */
export function richText(block, names) {
  return h(
    "div.rich-text",
    (block.elements ?? []).map((element) => richElement(element, names)),
  );
}

function richElement(element, names) {
  switch (element.type) {
    case "rich_text_section":
      return h("div.rt-section", pieces(element.elements, names));
    case "rich_text_quote":
      return h("blockquote", pieces(element.elements, names));
    case "rich_text_preformatted":
      return h("pre.code", pieces(element.elements, names));
    case "rich_text_list":
      return list(element, names);
    default:
      return h("div.unknown", `Unknown rich text: ${element.type}`);
  }
}

function list(element, names) {
  const ordered = element.style === "ordered";
  const items = (element.elements ?? []).map((item) => h("li", pieces(item.elements, names)));
  return h(
    ordered ? "ol" : "ul",
    {
      class: `rt-list indent-${Math.min(Number(element.indent) || 0, 8)}${element.border ? " bordered" : ""}`,
      start: ordered && element.offset ? element.offset + 1 : null,
    },
    items,
  );
}

/** The pieces of a section, each in its own style. */
export function pieces(elements, names) {
  return (elements ?? []).map((element) => styled(piece(element, names), element.style));
}

function piece(element, names) {
  switch (element.type) {
    case "text":
      return broken(element.text);
    case "link":
      return link(element.url, element.text || element.url);
    case "emoji":
      return emojiText(element.name, element.unicode);
    case "user":
      return userMention(element.user_id, names);
    case "usergroup":
      return groupMention(element.usergroup_id, names);
    case "channel":
      return channelMention(element.channel_id, names);
    case "broadcast":
      return broadcast(element.range);
    case "team":
      return h("span.mention", element.team_id);
    case "color":
      return h(
        "span.colour",
        h("i", { style: { background: safeColour(element.value) } }),
        element.value,
      );
    case "date":
      return dateText(
        Number(element.timestamp),
        element.format ?? "",
        element.fallback ?? "",
        element.url,
      );
    default:
      return document.createTextNode("");
  }
}

function broken(text) {
  const rows = String(text ?? "").split("\n");
  if (rows.length === 1) return document.createTextNode(rows[0]);
  return h(
    "span",
    rows.flatMap((row, index) => (index ? [h("br"), row] : [row])),
  );
}

const TAGS = [
  ["code", "code"],
  ["bold", "strong"],
  ["italic", "em"],
  ["strike", "s"],
  ["underline", "u"],
];

function styled(node, style) {
  return TAGS.reduce((inner, [name, tag]) => (style?.[name] ? h(tag, inner) : inner), node);
}

function safeColour(value) {
  return /^#[0-9a-f]{3,8}$/i.test(value) ? value : "transparent";
}
