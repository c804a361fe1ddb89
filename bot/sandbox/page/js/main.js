/** Joins the parts of the page and keeps them supplied with news. */

import { get, listen, post } from "./api.js";
import { avatar } from "./avatar.js";
import { composer } from "./composer.js";
import { h, put } from "./dom.js";
import { hint } from "./hint.js";
import { refreshDates } from "./inline.js";
import { watchKeys } from "./keys.js";
import { modals } from "./modal.js";
import { sandboxPanel } from "./panel.js";
import { readRoute, writeRoute } from "./route.js";
import { sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { threadPanel } from "./thread.js";
import { timeline } from "./timeline.js";
import { attempt, toast } from "./toasts.js";
import { Unread } from "./unread.js";

const store = new Store();
const unread = new Unread(store);
const panel = sandboxPanel();
let deaf = () => {};
let held = null;

async function send(text) {
  const { persona, channel } = store;
  if (!text.startsWith("/"))
    return (await attempt(post("/page/say", { persona, channel, text }))).ok !== false;
  first.done();
  const answer = await attempt(post("/page/command", { persona, channel, text }));
  return answer.ok !== false;
}

const writing = composer(store, {
  label: "Message or command",
  commands: true,
  send,
  placeholder: () => (store.room ? `Message ${called(store.room)}, or type / for commands` : ""),
});
const first = hint(store, writing.fill);

function called(room) {
  return room.direct ? room.name : `#${room.name}`;
}

function heard(name, thing) {
  if (held) {
    held.push([name, thing]);
    return undefined;
  }
  switch (name) {
    case "message":
    case "changed":
      return store.put(thing);
    case "channel":
      return store.putChannel(thing);
    case "deleted":
      return store.drop(thing);
    case "ephemeral":
    case "ephemeral_changed":
      return store.putEphemeral(thing);
    case "view":
      return store.putView(thing);
    case "view_closed":
      return store.dropView(thing.view_id ?? thing.id);
    case "panel":
      return panel.refresh(thing.controls);
    case "error":
      return thing.channel ? undefined : toast(thing.text ?? "Something went wrong.");
    default:
      return undefined;
  }
}

/** Looks through another persona's eyes; resolves once they see. */
function look(persona) {
  deaf();
  return new Promise((resolve) => {
    deaf = listen(persona, heard, async (alive) => {
      store.alive = alive;
      store.changed();
      if (alive && (await refreshState(persona))) resolve();
    });
  });
}

/** Reads the whole state. What came before the line was open and what comes meanwhile both count. */
async function refreshState(persona) {
  const mine = (held = []);
  const state = await attempt(get(`/page/state?persona=${encodeURIComponent(persona)}`));
  if (held !== mine) return false;
  held = null;
  if (state.channels) store.load(state, persona);
  for (const [name, thing] of mine) heard(name, thing);
  panel.refresh();
  return Boolean(state.channels);
}

function layout() {
  const me = h("span.me");
  const offline = h(
    "div.offline",
    { role: "status", hidden: true },
    "Connection lost. Trying again…",
  );
  put(
    document.body,
    h(
      "header.topbar",
      h("span.topbar-name", "shipmate", h("small", "a small Slack to try it in")),
      me,
      panel.toggle,
    ),
    h(
      "div.layout",
      sidebar(store, unread, look),
      h("main.channel", timeline(store, unread), first.element, writing.element),
      threadPanel(store, panel.giveWay),
      panel.element,
    ),
    offline,
  );
  store.subscribe(() => {
    put(me, store.me && [avatar(store.state, store.persona, false, 24), h("span", store.me.name)]);
    offline.hidden = store.alive;
    unread.look(); // after the timeline has drawn where the news begin
    writeRoute(store);
    document.title = `${store.room ? `${called(store.room)} · ` : ""}shipmate sandbox`;
  });
}

async function start() {
  const { persona, channel, thread } = readRoute();
  Object.assign(store, { channel, thread });
  layout();
  modals(store);
  watchKeys(store, writing);
  document.addEventListener("open-channel", ({ detail }) => {
    store.channel = detail;
    store.thread = "";
    store.changed();
  });
  document.addEventListener("visibilitychange", () => store.changed());
  setInterval(refreshDates, 15_000);
  await look(persona || "U0DANA");
  if (!store.me && store.state.personas.length) await look(store.state.personas[0].id);
  writing.focus();
}

start();
