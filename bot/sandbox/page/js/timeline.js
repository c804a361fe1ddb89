/** The open channel: its head and its messages, by day. */

import { dayName, ofTimestamp } from "./dates.js";
import { h, put } from "./dom.js";
import { icon } from "./icons.js";
import { keepInStep } from "./list.js";
import { messageRow } from "./message.js";
import { Scroller } from "./scroll.js";

const GROUPED_SECONDS = 300;

/** The channel's head and list; draws itself whenever the store changes. */
export function timeline(store, unread) {
  const title = h("h1.room-name");
  const topic = h("p.room-topic");
  const list = h("div.messages", { role: "log", "aria-label": "Messages" });
  const intro = h("div.intro");
  const box = h("div.scroll", { tabindex: 0, "aria-label": "Channel messages" }, intro, list);
  const stage = h("div.stage", box);
  const scroller = new Scroller(box, list);
  let shown = "";
  let news = 0;
  let last = "";
  store.subscribe(() => {
    const { room } = store;
    if (!room) return;
    const opened = `${store.persona}/${room.id}`;
    const messages = store.timeline(room.id);
    const newest = messages.at(-1);
    if (opened !== shown)
      news = unread.count(room.id).unread ? unread.readUntil(room.id) : Infinity;
    put(title, icon(room.direct ? "thread" : "hash", 20), room.name);
    put(topic, room.topic);
    put(intro, introduction(room));
    keepInStep(list, rows(store, messages, news));
    const answered = newest?.ts !== last && (newest?.ephemeral || newest?.user === store.persona);
    if (opened !== shown || answered) scroller.toEnd();
    shown = opened;
    last = newest?.ts;
  });
  return [h("header.room", title, topic), stage];
}

function introduction(room) {
  const sign = room.direct ? "" : "#";
  const what = room.direct ? `your messages with ${room.name}` : `#${room.name}`;
  return [h("h2", `${sign} ${room.name}`), h("p", `This is the very beginning of ${what}.`)];
}

/** The rows of a list: dividers for days and for what is newer than `readUntil`, and the messages between. */
export function rows(store, messages, readUntil = Infinity, options = {}) {
  const out = [];
  let previous = null;
  let day = "";
  let fresh = false;
  for (const message of messages) {
    const today = ofTimestamp(message.ts).toDateString();
    if (today !== day && !options.inThread)
      out.push(divider(`day/${today}`, dayName(ofTimestamp(message.ts))));
    if (!fresh && Number(message.ts) > readUntil && message.user !== store.persona) {
      out.push(divider("new", "New", ".news"));
      fresh = true;
      previous = null;
    }
    out.push(
      messageRow(store, message, {
        ...options,
        compact: today === day && follows(previous, message),
      }),
    );
    day = today;
    previous = message;
  }
  return out;
}

function divider(key, words, look = "") {
  return {
    key,
    version: [words],
    make: () =>
      h(`div.divider${look}`, { role: "separator", "aria-label": words }, h("span", words)),
  };
}

/** Small talk of one author stands together; whatever has blocks keeps its face. */
function follows(previous, message) {
  return (
    previous !== null &&
    previous.user === message.user &&
    !previous.ephemeral &&
    !message.ephemeral &&
    !message.broadcast &&
    !message.blocks?.length &&
    !previous.blocks?.length &&
    Number(message.ts) - Number(previous.ts) < GROUPED_SECONDS
  );
}
