/** Keeps a list of messages where its reader is: at the newest, or wherever they scrolled to. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

const CLOSE = 40;

export class Scroller {
  #box;
  #pill;
  #atEnd = true;

  /** `box` scrolls, `content` grows inside it. */
  constructor(box, content) {
    this.#box = box;
    this.#pill = h("button.jump", { type: "button", hidden: true, onclick: () => this.toEnd() }, icon("down", 14), "Jump to newest");
    box.after(this.#pill);
    box.addEventListener("scroll", () => this.#look(), { passive: true });
    new ResizeObserver(() => this.#stay()).observe(content);
    new ResizeObserver(() => this.#stay()).observe(box);
  }

  /** Goes to the newest message and stays there. */
  toEnd() {
    this.#atEnd = true;
    this.#stay();
  }

  #stay() {
    if (this.#atEnd) this.#box.scrollTop = this.#box.scrollHeight;
    this.#look();
  }

  #look() {
    const distance = this.#box.scrollHeight - this.#box.clientHeight - this.#box.scrollTop;
    this.#atEnd = distance < CLOSE;
    this.#pill.hidden = this.#atEnd;
  }
}
