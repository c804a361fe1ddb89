/** Everything the page knows, in one place; whoever draws it subscribes. */

import { saw } from "./dates.js";
import { Form } from "./form.js";

const NOTHING = {
  team: { name: "" },
  bot: { user_id: "", name: "" },
  personas: [],
  channels: [],
  users: {},
  groups: {},
  messages: {},
  ephemerals: [],
  view: null,
  commands: [],
  subcommands: [],
};

export class Store {
  persona = "";
  channel = "";
  thread = "";
  alive = true;
  loaded = false;
  state = NOTHING;
  views = [];
  #forms = new Map();
  #subscribers = [];
  #pending = false;

  /** `draw` is called once after every bunch of changes. */
  subscribe(draw) {
    this.#subscribers.push(draw);
  }

  changed() {
    if (this.#pending) return;
    this.#pending = true;
    queueMicrotask(() => {
      this.#pending = false;
      for (const draw of this.#subscribers) draw();
    });
  }

  /** Takes a whole state, at the start, after a gap, or for another persona. */
  load(state, persona) {
    this.persona = persona;
    this.state = { ...NOTHING, ...state, messages: { ...state.messages } };
    for (const list of Object.values(this.state.messages)) saw(list.sort(byTime).at(-1)?.ts ?? 0);
    this.views = state.view ? [state.view] : [];
    if (!this.state.channels.some(({ id }) => id === this.channel))
      this.channel = this.state.channels[0]?.id ?? "";
    this.loaded = true;
    this.changed();
  }

  /** Names as mentions want them. */
  get names() {
    const { users, groups, channels } = this.state;
    return {
      me: this.persona,
      user: (id) => users[id] ?? "",
      group: (id) => groups[id] ?? "",
      channel: (id) => channels.find((room) => room.id === id)?.name ?? "",
    };
  }

  get me() {
    return this.state.personas.find(({ id }) => id === this.persona);
  }

  get room() {
    return this.state.channels.find(({ id }) => id === this.channel);
  }

  /** What a channel shows: its messages, broadcast replies, and what only this persona sees there. */
  timeline(channel) {
    const said = (this.state.messages[channel] ?? []).filter(
      (message) => !isReply(message) || message.broadcast,
    );
    return said.concat(this.#whispers(channel, "")).sort(byTime);
  }

  /** A thread: its parent (or nothing) and its replies. */
  replies(channel, ts) {
    const all = this.state.messages[channel] ?? [];
    const replies = all.filter((message) => message.thread_ts === ts && message.ts !== ts);
    return {
      parent: all.find((message) => message.ts === ts),
      replies: replies.concat(this.#whispers(channel, ts)).sort(byTime),
    };
  }

  #whispers(channel, thread) {
    return this.state.ephemerals.filter(
      (message) => message.channel === channel && (message.thread_ts ?? "") === thread,
    );
  }

  /** What has been filled in on a message or view. */
  form(key) {
    if (!this.#forms.has(key)) this.#forms.set(key, new Form());
    return this.#forms.get(key);
  }

  put(message) {
    saw(message.ts);
    const list = (this.state.messages[message.channel] ??= []);
    replaceOrAdd(list, message);
    list.sort(byTime);
    this.changed();
  }

  /** A channel or a conversation that was not there before. */
  putChannel(channel) {
    if (this.state.channels.some(({ id }) => id === channel.id)) return;
    this.state.channels = [...this.state.channels, channel];
    this.changed();
  }

  /** A message is gone, whether everybody saw it or only this persona. */
  drop({ channel, ts }) {
    const others = (message) => message.ts !== ts;
    this.state.messages[channel] = (this.state.messages[channel] ?? []).filter(others);
    this.state.ephemerals = this.state.ephemerals.filter(others);
    this.changed();
  }

  putEphemeral(message) {
    replaceOrAdd(this.state.ephemerals, message);
    this.changed();
  }

  /** Opens a view, pushes it on the one it follows, or puts it in its own place. */
  putView(view) {
    if (view.type !== "modal") return;
    const at = this.views.findIndex(({ id }) => id === view.id);
    const previous = this.views.findIndex(({ id }) => id === view.previous_view_id);
    if (at >= 0) this.views = this.views.with(at, view);
    else this.views = [...this.views.slice(0, previous + 1), view];
    this.changed();
  }

  /** Closes a view and whatever is stacked upon it. */
  dropView(id) {
    const at = this.views.findIndex((view) => view.id === id);
    if (at < 0) return;
    this.views = this.views.slice(0, at);
    this.changed();
  }
}

/** Whether a message stands in a thread under another one. */
export function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}

function byTime(one, other) {
  return Number(one.ts) - Number(other.ts);
}

function replaceOrAdd(list, message) {
  const at = list.findIndex(({ ts }) => ts === message.ts);
  if (at >= 0) list[at] = message;
  else list.push(message);
}
