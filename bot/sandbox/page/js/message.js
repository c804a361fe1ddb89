/** One message as it stands in a channel or thread. */

import { post } from "./api.js";
import { authorName, avatar, isFromBot } from "./avatar.js";
import { drawBlocks } from "./blocks.js";
import { clockTime, fullTime, ofTimestamp } from "./dates.js";
import { h, put } from "./dom.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { showSource } from "./source.js";
import { attempt } from "./toasts.js";

const parts = new WeakMap();

/**
 * The row of one message for `keepInStep`. `compact`: without face and name, under the one before.
 * `inThread`: it stands in the thread panel, where it needs no summary of its replies.
 */
export function messageRow(store, message, { compact = false, inThread = false } = {}) {
  const summary = inThread || message.ephemeral ? null : threadSummary(store, message);
  const excerpt = !inThread && message.broadcast ? parentText(store, message) : "";
  return {
    key: `${message.ephemeral ? "only" : "all"}/${message.ts}`,
    version: [message, compact, summary?.same ?? "", excerpt, store.persona],
    make: () => made(store, message, { compact, inThread, summary, excerpt }),
    change: (element) => redraw(store, element, message, { compact, inThread, summary, excerpt }),
  };
}

function made(store, message, options) {
  const holders = {
    gutter: h("div.gutter"),
    note: h("div.note"),
    head: h("div.message-head"),
    content: h("div.content"),
    files: h("div.files"),
    edited: h("span.edited"),
    thread: h("div.thread-line"),
    tools: h("div.tools", { role: "toolbar", "aria-label": "Message actions" }),
  };
  const element = h(
    "article.message",
    { data: { ts: message.ts } },
    holders.note,
    h(
      "div.message-row",
      holders.gutter,
      h("div.message-body", holders.head, holders.content, holders.files, holders.edited, holders.thread),
    ),
    holders.tools,
  );
  parts.set(element, holders);
  redraw(store, element, message, options);
  return element;
}

function redraw(store, element, message, options) {
  if (element.matches(":active")) {
    addEventListener(
      "pointerup",
      () => setTimeout(() => redraw(store, element, message, options)),
      { once: true, capture: true },
    );
    return;
  }
  const holders = parts.get(element);
  const { state } = store;
  const author = authorName(state, message);
  const bot = isFromBot(state, message);
  element.classList.toggle("compact", options.compact);
  element.classList.toggle("ephemeral", Boolean(message.ephemeral));
  element.setAttribute("aria-label", `${author}, ${clockTime(ofTimestamp(message.ts))}`);
  put(holders.gutter, options.compact ? time(message, true) : avatar(state, message.user, bot));
  put(
    holders.head,
    !options.compact && [h("b.author", author), bot && h("span.app", "APP"), time(message)],
  );
  put(holders.note, noteOf(store, message, options));
  drawContent(store, holders.content, message);
  put(holders.files, (message.files ?? []).map(fileLink));
  put(holders.edited, message.edited && "(edited)");
  put(holders.thread, options.summary && threadButton(store, message, options.summary));
  put(holders.tools, tools(store, message, options));
}

function fileLink({ id, name, size }) {
  const href = `/page/file/${encodeURIComponent(id)}`;
  return h("a.file", { href, download: name }, h("b", name), ` ${size.toLocaleString("en")} bytes`);
}

function drawContent(store, holder, message) {
  const blocks = message.blocks ?? [];
  if (!blocks.length) {
    drawBlocks(
      holder,
      [{ type: "section", text: { type: "mrkdwn", text: message.text ?? "" } }],
      surface(store, message),
    );
    return;
  }
  drawBlocks(holder, blocks, surface(store, message));
}

/** Where a message's elements act from. */
function surface(store, message) {
  const form = store.form(`message/${message.ts}`);
  return {
    key: message.ts,
    names: store.names,
    form,
    people: () => people(store),
    channels: () => store.state.channels,
    act: (place, element, chosen) =>
      attempt(
        post("/page/action", {
          persona: store.persona,
          channel: message.channel,
          [message.ephemeral ? "ephemeral_ts" : "message_ts"]: message.ts,
          block_id: place.blockId,
          action_id: element.action_id,
          type: element.type,
          ...chosen,
          state: { values: form.values(message.blocks ?? []) },
        }),
      ),
  };
}

/** Those who can be chosen in a user select. */
export function people(store) {
  return Object.entries(store.state.users).map(([id, name]) => ({ id, name }));
}

function time(message, short = false) {
  const moment = ofTimestamp(message.ts);
  const words = clockTime(moment);
  return h(
    "time.time",
    { datetime: moment.toISOString(), title: fullTime(moment) },
    short ? words.replace(/\s?[AP]M$/i, "") : words,
  );
}

function noteOf(store, message, { inThread, excerpt }) {
  if (message.ephemeral) return [icon("eye", 14), "Only visible to you", dismiss(store, message)];
  if (!message.broadcast) return null;
  if (inThread) return [icon("hash", 14), "Also sent to the channel"];
  return [
    icon("reply", 14),
    "replied to a thread: ",
    h(
      "button.link",
      { type: "button", onclick: () => openThread(store, message.channel, message.thread_ts) },
      excerpt || "view thread",
    ),
  ];
}

function parentText(store, message) {
  const parent = store.state.messages[message.channel]?.find(({ ts }) => ts === message.thread_ts);
  const words = h("span", mrkdwn(parent?.text ?? "", store.names)).textContent;
  return words.length > 60 ? `${words.slice(0, 59)}…` : words;
}

function threadSummary(store, message) {
  const { replies } = store.replies(message.channel, message.ts);
  const said = replies.filter((reply) => !reply.ephemeral);
  const count = Math.max(said.length, message.reply_count ?? 0);
  if (!count) return null;
  const authors = [...new Set(said.map(({ user }) => user))];
  const users = authors.length ? authors : (message.reply_users ?? []);
  const last = said.at(-1)?.ts;
  return { count, users: users.slice(0, 4), last, same: `${count} ${users} ${last}` };
}

function threadButton(store, message, { count, users, last }) {
  const { state } = store;
  const words = count === 1 ? "1 reply" : `${count} replies`;
  return h(
    "button.replies",
    { type: "button", onclick: () => openThread(store, message.channel, message.ts) },
    h(
      "span.faces",
      users.map((user) => avatar(state, user, user === state.bot.user_id, 24)),
    ),
    h("b", words),
    last && h("span.quiet.last", `Last reply at ${clockTime(ofTimestamp(last))}`),
    h("span.quiet.view", "View thread"),
    icon("chevron", 14),
  );
}

function dismiss(store, message) {
  return h(
    "button.link.dismiss",
    { type: "button", onclick: () => store.drop(message) },
    "Dismiss",
  );
}

function tools(store, message, { inThread }) {
  const tool = (name, label, onclick) =>
    h(
      "button.icon-button",
      { type: "button", "aria-label": label, title: label, onclick },
      icon(name),
    );
  return [
    !inThread &&
      !message.ephemeral &&
      tool("thread", "Reply in thread", () =>
        openThread(store, message.channel, message.thread_ts || message.ts),
      ),
    tool("code", "View message JSON", () => showSource(message)),
  ];
}

/** Opens a thread in the panel at the right. */
export function openThread(store, channel, ts) {
  store.channel = channel;
  store.thread = ts;
  store.changed();
}
