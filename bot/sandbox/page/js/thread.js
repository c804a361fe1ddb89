/** The thread panel: a message, its replies, and a place to reply. */

import { post } from "./api.js";
import { composer } from "./composer.js";
import { h, put } from "./dom.js";
import { icon } from "./icons.js";
import { keepInStep } from "./list.js";
import { messageRow } from "./message.js";
import { Scroller } from "./scroll.js";
import { rows } from "./timeline.js";
import { attempt, toast } from "./toasts.js";

/** The panel; hidden while no thread is open. `opened` is told each time another one opens. */
export function threadPanel(store, opened) {
  const where = h("span.quiet");
  const close = () => {
    store.thread = "";
    store.changed();
  };
  const list = h("div.messages", { role: "log", "aria-label": "Thread" });
  const box = h("div.scroll", { tabindex: 0, "aria-label": "Thread messages" }, list);
  const send = async (text) => {
    if (text.startsWith("/")) {
      toast(
        `${text.split(" ")[0]} is not supported in threads. Commands work in the channel only.`,
      );
      return false;
    }
    const { persona, channel, thread } = store;
    return (
      (await attempt(post("/page/say", { persona, channel, thread_ts: thread, text }))).ok !== false
    );
  };
  const reply = composer(store, {
    label: "Reply in thread",
    placeholder: () => "Reply…",
    commands: false,
    send,
  });
  const panel = h(
    "aside.thread",
    { "aria-label": "Thread", hidden: true },
    h(
      "header.side-head",
      h("h2", "Thread"),
      where,
      h(
        "button.icon-button",
        { type: "button", "aria-label": "Close thread", onclick: close },
        icon("close"),
      ),
    ),
    h("div.stage", box),
    reply.element,
  );
  const scroller = new Scroller(box, list);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  });
  let shown = "";
  store.subscribe(() => {
    panel.hidden = !store.thread;
    if (!store.thread) {
      shown = "";
      return;
    }
    put(where, `#${store.room?.name ?? ""}`);
    keepInStep(list, threadRows(store));
    if (shown !== store.thread) {
      opened();
      scroller.toEnd();
      reply.focus();
    }
    shown = store.thread;
  });
  return panel;
}

function threadRows(store) {
  const { parent, replies } = store.replies(store.channel, store.thread);
  const said = replies.filter((reply) => !reply.ephemeral).length;
  const words = said === 1 ? "1 reply" : `${said} replies`;
  return [
    parent && messageRow(store, parent, { inThread: true }),
    said > 0 && { key: "count", version: [words], make: () => h("div.reply-count", words) },
    ...rows(store, replies, Infinity, { inThread: true }),
  ].filter(Boolean);
}
