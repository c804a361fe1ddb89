/** The small pieces that every text format shares: links, mentions, dates, emoji. */

import { formatted } from "./dates.js";
import { h } from "./dom.js";
import { emoji, fromCodePoints } from "./emoji.js";

/** Only addresses that cannot run anything become links; "" for all others. */
export function safeUrl(url) {
  try {
    const parsed = new URL(String(url));
    return ["http:", "https:", "mailto:"].includes(parsed.protocol) ? parsed.href : "";
  } catch {
    return "";
  }
}

/** A link, or its words alone when the address is not safe. */
export function link(url, ...label) {
  const href = safeUrl(url);
  const words = label.flat().length ? label : [String(url)];
  if (!href) return h("span", words);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer", title: href }, words);
}

/** `names` answers user(id), group(id), channel(id) with a name or "", and `me`. */
export function userMention(id, names, label = "") {
  const mine = id === names.me ? ".mine" : "";
  return h(`span.mention${mine}`, `@${names.user(id) || label || id}`);
}

export function groupMention(id, names, label = "") {
  const handle = names.group(id) || label.replace(/^@/, "") || id;
  return h("span.mention", `@${handle}`);
}

export function channelMention(id, names, label = "") {
  const name = names.channel(id) || label || id;
  return h(
    "a.mention",
    { href: "#", data: { channel: id }, onclick: (event) => openChannel(event, id) },
    `#${name}`,
  );
}

export function broadcast(range) {
  return h("span.mention.mine", `@${range}`);
}

/** A date that shows its exact time on hover. A clock that says "ago" is kept right by the page. */
export function dateText(seconds, format, fallback, url = "") {
  if (!Number.isFinite(seconds)) return document.createTextNode(fallback);
  const moment = h(
    "time",
    {
      datetime: new Date(seconds * 1000).toISOString(),
      title: formatted(seconds, "{date_long} {time_secs}"),
      data: format.includes("{ago}") ? { seconds, format } : {},
    },
    formatted(seconds, format),
  );
  return url ? link(url, moment) : moment;
}

/** Rewrites every "… ago" on the page. */
export function refreshDates() {
  for (const moment of document.querySelectorAll("time[data-format]")) {
    moment.textContent = formatted(Number(moment.dataset.seconds), moment.dataset.format);
  }
}

/** One emoji by shortcode; its name stays readable where there is no character for it. */
export function emojiText(name, unicode = "") {
  const character = (unicode && fromCodePoints(unicode)) || emoji(name);
  return h(
    "span.emoji",
    { role: "img", "aria-label": name, title: `:${name}:` },
    character || `:${name}:`,
  );
}

function openChannel(event, id) {
  event.preventDefault();
  event.currentTarget.dispatchEvent(new CustomEvent("open-channel", { bubbles: true, detail: id }));
}
