/** The markdown block: the everyday part of Markdown, as elements. */

import { fragment, h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { link } from "./inline.js";

/** Parses Markdown. HTML in it stays text. */
export function markdown(text) {
  const rows = String(text ?? "")
    .replace(/\r\n/g, "\n")
    .split("\n");
  const nodes = [];
  while (rows.length) nodes.push(take(rows));
  return h("div.markdown", nodes);
}

function take(rows) {
  const [row] = rows;
  const fence = row.match(/^(```|~~~)/);
  if (fence) return fenced(rows, fence[1]);
  if (/^\s*>/.test(row)) return quote(rows);
  if (isItem(row) && !RULE.test(row)) return listOf(rows);
  if (row.includes("|") && /^\s*\|?\s*:?-+:?\s*(\||$)/.test(rows[1] ?? "")) return table(rows);
  const heading = row.match(/^(#{1,6})\s+(.*?)\s*#*$/);
  if (row.trim() && !heading && !RULE.test(row)) return paragraph(rows);
  rows.shift();
  if (heading)
    return h(`h${Math.min(heading[1].length + 1, 6)}.md-${heading[1].length}`, spans(heading[2]));
  return row.trim() ? h("hr") : null;
}

const RULE = /^\s*([-*_])(\s*\1){2,}\s*$/;

function quote(rows) {
  const inside = takeWhile(rows, (line) => /^\s*>/.test(line)).map((line) =>
    line.replace(/^\s*> ?/, ""),
  );
  return h("blockquote", markdown(inside.join("\n")));
}

function fenced(rows, fence) {
  rows.shift();
  const inside = takeWhile(rows, (line) => !line.startsWith(fence));
  rows.shift();
  return h("pre.code", inside.join("\n"));
}

function paragraph(rows) {
  const first = rows.shift();
  const more = takeWhile(
    rows,
    (line) => line.trim() && !/^(#{1,6}\s|```|~~~|\s*>)/.test(line) && !isItem(line),
  );
  return h(
    "p",
    [first, ...more].flatMap((line, index) => (index ? [h("br")] : []).concat(spans(line.trim()))),
  );
}

const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/;

function isItem(row) {
  return ITEM.test(row ?? "");
}

/** A list and, by their indent, the lists inside it. */
function listOf(rows) {
  const [, indent, mark] = rows[0].match(ITEM);
  const items = [];
  while (isItem(rows[0])) {
    const [, own, , box, words] = rows[0].match(ITEM);
    if (own.length < indent.length) break;
    if (own.length > indent.length + 1) {
      items.at(-1).append(listOf(rows));
      continue;
    }
    rows.shift();
    items.push(
      h(
        "li",
        { class: box === undefined ? null : "task" },
        box === undefined ? null : h("span.box", box === " " ? "☐" : "☑"),
        spans(words),
      ),
    );
  }
  return h(
    /\d/.test(mark) ? "ol" : "ul",
    { start: /\d/.test(mark) ? Number.parseInt(mark, 10) : null },
    items,
  );
}

function table(rows) {
  const cells = (line) =>
    line
      .trim()
      .replace(/^\||\|$/g, "")
      .split("|")
      .map((cell) => cell.trim());
  const head = cells(rows.shift());
  const sides = cells(rows.shift()).map((rule) =>
    /^:-+:$/.test(rule) ? "center" : /-:$/.test(rule) ? "right" : "left",
  );
  const body = takeWhile(rows, (line) => line.includes("|")).map(cells);
  const line = (tag, values) =>
    h(
      "tr",
      values.map((value, index) =>
        h(tag, { class: `align-${sides[index] ?? "left"}` }, spans(value)),
      ),
    );
  return h(
    "div.table-frame",
    h(
      "table",
      h("thead", line("th", head)),
      h(
        "tbody",
        body.map((values) => line("td", values)),
      ),
    ),
  );
}

const SPAN =
  /`([^`]+)`|!?\[([^\]]*)\]\(([^()\s]+)\)|<(https?:[^<>\s]+)>|(\*\*|__)(?=\S)(.+?\S?)\5|~~(?=\S)(.+?)~~|([*_])(?=\S)([^*_]+?)\8(?![\p{L}\p{N}])|(https?:\/\/[^\s<>()]+[^\s<>().,;:!?])|\\([\\`*_{}[\]()#+\-.!|~>])/u;

function spans(text) {
  const match = text.match(SPAN);
  if (!match) return text ? [withEmoji(text)] : [];
  const [whole, code, label, target, bare, , bold, struck, , italic, address, escaped] = match;
  let node = document.createTextNode(escaped ?? "");
  if (code !== undefined) node = h("code", code);
  else if (target !== undefined) node = link(target, spans(label));
  else if (bold !== undefined) node = h("strong", spans(bold));
  else if (struck !== undefined) node = h("s", spans(struck));
  else if (italic !== undefined) node = h("em", spans(italic));
  else if (bare ?? address) node = link(bare ?? address);
  const before = text.slice(0, match.index);
  return [
    before && withEmoji(before),
    node,
    fragment(spans(text.slice(match.index + whole.length))),
  ];
}

function takeWhile(rows, holds) {
  const taken = [];
  while (rows.length && holds(rows[0])) taken.push(rows.shift());
  return taken;
}
