/** Slack's mrkdwn as elements: *bold*, _italic_, ~struck~, `code`, quotes, links, mentions. */

import { fragment, h } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";
import {
  broadcast,
  channelMention,
  dateText,
  emojiText,
  groupMention,
  link,
  userMention,
} from "./inline.js";

const SHORT = 24; // code up to this long is not broken over two lines
const STYLES = { "*": "strong", _: "em", "~": "s" };

/** A text object ({type, text}) as nodes. */
export function textObject(object, names) {
  if (!object) return fragment();
  if (object.type === "mrkdwn") return mrkdwn(object.text, names, object.verbatim);
  return plainText(object);
}

/** The words of a plain_text object: never any markup, emoji unless it says no. */
export function plainText(object) {
  const text = String(object?.text ?? "");
  return document.createTextNode(object?.emoji === false ? text : withEmoji(text));
}

/** Parses mrkdwn. `verbatim` leaves bare addresses unlinked. */
export function mrkdwn(text, names, verbatim = false) {
  const nodes = [];
  const parts = String(text ?? "").split(/```\n?([\s\S]+?)\n?```/);
  parts.forEach((part, index) => {
    if (index % 2) nodes.push(h("pre.code", codeText(part, names)));
    else nodes.push(...lines(tidied(part, index, parts.length), names, verbatim));
  });
  return fragment(nodes);
}

/** A fence stands on lines of its own: the line breaks around it are its, not the text's. */
function tidied(part, index, count) {
  const start = index > 0 ? part.replace(/^\n/, "") : part;
  return index < count - 1 ? start.replace(/\n$/, "") : start;
}

function lines(text, names, verbatim) {
  if (!text) return [];
  const nodes = [];
  let quote = [];
  const endQuote = () => {
    if (quote.length) nodes.push(h("blockquote", withBreaks(quote, names, verbatim)));
    quote = [];
  };
  let plain = [];
  const endPlain = () => {
    if (plain.length) nodes.push(...withBreaks(plain, names, verbatim));
    plain = [];
  };
  for (const line of text.split("\n")) {
    const quoted = line.match(/^(?:&gt;|>) ?(.*)$/);
    if (quoted) {
      endPlain();
      quote.push(quoted[1]);
    } else {
      endQuote();
      plain.push(line);
    }
  }
  endQuote();
  endPlain();
  return nodes;
}

function withBreaks(rows, names, verbatim) {
  return rows.flatMap((row, index) =>
    (index ? [h("br")] : []).concat(inline(row, names, verbatim)),
  );
}

const PIECE =
  /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+'-]+):(?::skin-tone-\d:)?|(https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)\]'"*_~])/;

/** One line: the leftmost of code, token, emoji, address or style wins; the rest is text. */
function inline(text, names, verbatim) {
  const nodes = [];
  let rest = text;
  let before = "";
  while (rest) {
    const style = firstStyle(rest, before);
    const piece = rest.match(PIECE);
    if (!style && !piece) break;
    if (style && (!piece || style.start < piece.index)) {
      nodes.push(...words(rest.slice(0, style.start)));
      nodes.push(h(style.tag, inline(style.inner, names, verbatim)));
      before = style.mark;
      rest = rest.slice(style.end);
    } else {
      nodes.push(...words(rest.slice(0, piece.index)), pieceNode(piece, names, verbatim));
      before = piece[0].at(-1);
      rest = rest.slice(piece.index + piece[0].length);
    }
  }
  return nodes.concat(words(rest));
}

function pieceNode([whole, code, token, shortcode, address], names, verbatim) {
  if (code !== undefined)
    return h("code", { class: code.length <= SHORT ? "short" : null }, codeText(code, names));
  if (token !== undefined) return tokenNode(token, names);
  if (shortcode !== undefined)
    return emoji(shortcode) ? emojiText(shortcode) : document.createTextNode(whole);
  return verbatim ? document.createTextNode(unescaped(address)) : link(unescaped(address));
}

/** `<…>`: a mention, a date, a channel, or a link. */
function tokenNode(token, names) {
  const bar = token.indexOf("|");
  const target = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? "" : unescaped(token.slice(bar + 1));
  if (/^@[UWB]/.test(target)) return userMention(target.slice(1), names, label);
  if (/^#C/.test(target)) return channelMention(target.slice(1), names, label);
  if (target.startsWith("!subteam^")) return groupMention(target.slice(9), names, label);
  if (/^!(here|channel|everyone)$/.test(target)) return broadcast(target.slice(1));
  if (target.startsWith("!date^")) {
    const [, seconds, format = "", url = ""] = target.split("^");
    return dateText(Number(seconds), unescaped(format), label, unescaped(url));
  }
  if (target.startsWith("!")) return document.createTextNode(label || target);
  return link(
    unescaped(target),
    label ? withEmoji(label) : unescaped(target).replace(/^mailto:/, ""),
  );
}

/** In code nothing is markup except links, which show their words. */
function codeText(text, names) {
  return text
    .split(/<([^<>\n]+)>/)
    .map((part, index) => (index % 2 ? tokenNode(part, names) : unescaped(part)));
}

/** The first `*…*` and the like whose marks stand at the edges of words. */
function firstStyle(text, before) {
  const found = /([*_~])(?=\S)/g;
  for (let match = found.exec(text); match; match = found.exec(text)) {
    const previous = match.index ? text[match.index - 1] : before;
    if (/[\p{L}\p{N}]/u.test(previous) || previous === match[1]) continue;
    const end = closing(text, match.index, match[1]);
    if (end > 0)
      return {
        start: match.index,
        end: end + 1,
        mark: match[1],
        tag: STYLES[match[1]],
        inner: text.slice(match.index + 1, end),
      };
  }
  return null;
}

function closing(text, start, mark) {
  for (let at = text.indexOf(mark, start + 2); at > 0; at = text.indexOf(mark, at + 1)) {
    const next = text[at + 1] ?? "";
    const inside = text.slice(start + 1, at);
    const splits =
      (inside.match(/`/g)?.length ?? 0) % 2 || inside.lastIndexOf("<") > inside.lastIndexOf(">");
    if (/\S/.test(text[at - 1]) && !/[\p{L}\p{N}]/u.test(next) && !splits) return at;
  }
  return -1;
}

function words(text) {
  return text ? [document.createTextNode(unescaped(text))] : [];
}

function unescaped(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}
