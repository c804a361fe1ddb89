/** A box that floats beside its anchor, above everything, until it is left. */

import { h } from "./dom.js";

let open = null;

/**
 * Shows `content` beside `anchor`. `onclose` is told once. Returns the function that closes it.
 * Escape, a click outside and a scroll of the page close it; focus goes back to the anchor.
 */
export function showPopover(
  anchor,
  content,
  { onclose = () => {}, align = "start", match = false } = {},
) {
  open?.();
  const box = h("div.popover", { popover: "manual" }, content);
  (anchor.closest("dialog") ?? document.body).append(box);
  box.showPopover?.();
  place(box, anchor, align, match);
  const listeners = new AbortController();
  const close = ({ refocus = true } = {}) => {
    if (open !== close) return;
    open = null;
    listeners.abort();
    box.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (refocus && anchor.isConnected) anchor.focus();
    onclose();
  };
  open = close;
  anchor.setAttribute("aria-expanded", "true");
  watch(box, anchor, close, listeners.signal);
  return close;
}

function watch(box, anchor, close, signal) {
  const outside = (event) => {
    if (!box.contains(event.target) && !anchor.contains(event.target)) close({ refocus: false });
  };
  document.addEventListener("pointerdown", outside, { capture: true, signal });
  document.addEventListener(
    "scroll",
    (event) => !box.contains(event.target) && place(box, anchor),
    { capture: true, signal },
  );
  window.addEventListener("resize", () => close({ refocus: false }), { signal });
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        close();
      }
      if (event.key === "Tab") close({ refocus: false });
    },
    { capture: true, signal },
  );
}

function place(box, anchor, align = box.dataset.align, match = box.dataset.match === "true") {
  Object.assign(box.dataset, { align, match });
  const around = anchor.getBoundingClientRect();
  if (match) box.style.setProperty("min-width", `${around.width}px`);
  const below = window.innerHeight - around.bottom;
  const upward = below < box.offsetHeight + 12 && around.top > below;
  const top = upward ? around.top - box.offsetHeight - 4 : around.bottom + 4;
  const left = align === "end" ? around.right - box.offsetWidth : around.left;
  box.style.setProperty("top", `${Math.max(8, top)}px`);
  box.style.setProperty(
    "left",
    `${Math.max(8, Math.min(left, window.innerWidth - box.offsetWidth - 8))}px`,
  );
}
