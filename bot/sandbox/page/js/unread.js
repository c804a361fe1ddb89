/** What each persona has read, kept for the browser's session. */

import { isReply } from "./store.js";

export class Unread {
  #store;
  #read = {};
  #persona = "";

  constructor(store) {
    this.#store = store;
  }

  /** Marks the open channel as read while somebody looks at it. */
  look() {
    this.#turn();
    const { channel } = this.#store;
    const newest = this.#newest(channel);
    if (document.hidden || !channel || this.#read[channel] >= newest) return;
    this.#read[channel] = newest;
    sessionStorage.setItem(this.#key(), JSON.stringify(this.#read));
  }

  /** Up to when `channel` was read: the ts where the "New" line stands. */
  readUntil(channel) {
    this.#turn();
    return this.#read[channel] ?? 0;
  }

  /** {unread, mentions} of a channel that is not open. */
  count(channel) {
    this.#turn();
    const me = this.#store.persona;
    const news = this.#all(channel).filter(
      (message) => Number(message.ts) > (this.#read[channel] ?? 0) && message.user !== me,
    );
    const unread = news.filter(
      (message) => !isReply(message) || message.broadcast || message.ephemeral,
    ).length;
    const mentions = news.filter(
      (message) => message.ephemeral || JSON.stringify([message.text, message.blocks]).includes(me),
    ).length;
    return { unread, mentions };
  }

  #turn() {
    if (this.#persona === this.#store.persona || !this.#store.loaded) return;
    this.#persona = this.#store.persona;
    const kept = JSON.parse(sessionStorage.getItem(this.#key()) ?? "{}");
    for (const { id, unread } of this.#store.state.channels)
      kept[id] ??= unread ? 0 : this.#newest(id);
    this.#read = kept;
  }

  #all(channel) {
    return (this.#store.state.messages[channel] ?? []).concat(
      this.#store.state.ephemerals.filter((message) => message.channel === channel),
    );
  }

  #newest(channel) {
    return Math.max(0, ...this.#all(channel).map(({ ts }) => Number(ts)));
  }

  #key() {
    return `shipmate.read.${this.#persona}`;
  }
}
