/** The workspace at the left: channels, and the persona whose eyes the page looks through. */

import { avatar } from "./avatar.js";
import { h, put } from "./dom.js";
import { icon } from "./icons.js";
import { keepInStep } from "./list.js";

/** `choose(persona)` changes the eyes; channels change in the store. */
export function sidebar(store, unread, choose) {
  const rooms = h("div.rooms", { role: "list" });
  const direct = h("div.rooms", { role: "list" });
  const directly = h("h3.group", "Direct messages");
  const people = h("div.people", { role: "radiogroup", "aria-label": "Look through the eyes of" });
  const team = h("h2.team");
  people.addEventListener("keydown", (event) => steer(store, event, choose));
  store.subscribe(() => {
    put(team, store.state.team.name || "Sandbox");
    const rows = (which) =>
      store.state.channels.filter(which).map((room) => roomRow(store, unread, room));
    keepInStep(rooms, rows((room) => !room.direct));
    keepInStep(direct, rows((room) => room.direct));
    directly.hidden = !direct.childElementCount;
    keepInStep(
      people,
      store.state.personas.map((person) => personRow(store, person, choose)),
    );
  });
  return h(
    "nav.sidebar",
    { "aria-label": "Workspace" },
    h("header.workspace", team, h("span.badge", "sandbox")),
    h(
      "div.sidebar-scroll",
      h("h3.group", "Channels"),
      rooms,
      directly,
      direct,
      h("h3.group", "Look through the eyes of"),
      people,
    ),
  );
}

function roomRow(store, unread, room) {
  const active = room.id === store.channel;
  const { unread: count, mentions } = active ? { unread: 0, mentions: 0 } : unread.count(room.id);
  const open = () => {
    store.channel = room.id;
    store.thread = "";
    store.changed();
  };
  return {
    key: room.id,
    version: [room.name, active, count > 0, mentions],
    make: () =>
      h(
        "button.room-row",
        {
          role: "listitem",
          type: "button",
          onclick: open,
          "aria-current": active ? "page" : null,
          data: { channel: room.id },
          class: [active && "active", count > 0 && "unread"].filter(Boolean).join(" "),
          "aria-label": count ? `${room.name}, ${count} unread` : room.name,
        },
        icon(room.direct ? "thread" : "hash", 16),
        h("span.room-word", room.name),
        mentions > 0 && h("span.mentions", String(mentions)),
      ),
  };
}

function personRow(store, person, choose) {
  const active = person.id === store.persona;
  return {
    key: person.id,
    version: [person, active],
    make: () =>
      h(
        "button.person",
        {
          type: "button",
          role: "radio",
          "aria-checked": String(active),
          tabindex: active ? 0 : -1,
          class: active ? "active" : null,
          data: { persona: person.id },
          onclick: () => choose(person.id),
          title: person.title,
        },
        avatar(store.state, person.id, false, 28),
        h("span.person-words", h("span", person.name), h("small", person.title || person.role)),
        active && icon("check", 16),
      ),
  };
}

function steer(store, event, choose) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const { personas } = store.state;
  const at = personas.findIndex(({ id }) => id === store.persona);
  const next = personas[(at + step + personas.length) % personas.length];
  choose(next.id).then(() =>
    document.querySelector(`[data-persona="${CSS.escape(next.id)}"]`)?.focus(),
  );
}
