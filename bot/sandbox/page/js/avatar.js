/** Faces: the bot's ship, or a person's initials on their colour. */

import { h } from "./dom.js";
import { shipmark } from "./icons.js";

const COLOURS = ["#1264a3", "#7b3f98", "#2f7d4f", "#b0562a", "#5a6270", "#9c2f5b"];

/** The face beside a message or name. It is decoration: the name stands next to it. */
export function avatar(state, id, isBot, size = 36) {
  const style = {
    width: `${size}px`,
    height: `${size}px`,
    "font-size": `${Math.round(size * 0.4)}px`,
  };
  if (isBot) return h("span.avatar.bot", { style, "aria-hidden": "true" }, shipmark());
  const persona = state.personas.find((person) => person.id === id);
  const name = state.users[id] ?? persona?.name ?? id ?? "?";
  const colour = /^#[0-9a-f]{3,8}$/i.test(persona?.color ?? "")
    ? persona.color
    : COLOURS[hash(id) % COLOURS.length];
  return h(
    "span.avatar",
    { style: { ...style, background: colour }, "aria-hidden": "true" },
    initials(name),
  );
}

/** Whether a message was written by the bot of this sandbox. */
export function isFromBot(state, message) {
  return Boolean(message.bot) || (message.user === state.bot.user_id && message.user !== "");
}

/** Who wrote a message, by name. */
export function authorName(state, message) {
  if (isFromBot(state, message)) return state.bot.name || "shipmate";
  return (
    state.users[message.user] ??
    (message.user === "USLACKBOT" ? "Slackbot" : message.user) ??
    "Unknown"
  );
}

function initials(name) {
  return name
    .split(/\s+/)
    .map((word) => word[0] ?? "")
    .slice(0, 2)
    .join("")
    .toUpperCase();
}

function hash(text) {
  return [...String(text)].reduce(
    (sum, character) => (sum * 31 + character.codePointAt(0)) % 9973,
    7,
  );
}
