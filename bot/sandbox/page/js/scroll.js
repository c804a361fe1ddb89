/** Keeps a list of messages where its reader is: at the newest, or wherever they scrolled to. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

const CLOSE = 40;

export class Scroller {
  #box;
  #pill;
  #atEnd = true;
  #size = "";

  /** `box` scrolls, `content` grows inside it. */
  constructor(box, content) {
    this.#box = box;
    this.#pill = h(
      "button.jump",
      { type: "button", hidden: true, onclick: () => this.toEnd() },
      icon("down", 14),
      "Jump to newest",
    );
    box.after(this.#pill);
    box.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const observer = new ResizeObserver(() => this.#stay());
    observer.observe(content);
    observer.observe(box);
  }

  /** Goes to the newest message and stays there. */
  toEnd() {
    this.#atEnd = true;
    this.#stay();
  }

  /** Only a reader leaves the end: what grew in the meantime has not been scrolled by anybody. */
  #scrolled() {
    if (this.#size !== this.#measure()) {
      this.#stay();
      return;
    }
    const { scrollHeight, clientHeight, scrollTop } = this.#box;
    this.#atEnd = scrollHeight - clientHeight - scrollTop < CLOSE;
    this.#pill.hidden = this.#atEnd;
  }

  #stay() {
    this.#size = this.#measure();
    if (this.#atEnd) this.#box.scrollTop = this.#box.scrollHeight;
    this.#pill.hidden = this.#atEnd;
  }

  #measure() {
    return `${this.#box.scrollHeight}/${this.#box.clientHeight}`;
  }
}
