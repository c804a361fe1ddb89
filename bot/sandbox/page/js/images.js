/** Pictures in blocks. The page loads nothing from outside: what is elsewhere shows its description. */

import { h } from "./dom.js";

/** An image element or block's picture, with its alternative text. */
export function image(element) {
  const alt = element.alt_text ?? "";
  const source = local(element.image_url ?? element.slack_file?.url ?? "");
  if (!source)
    return h("span.no-image", { role: "img", "aria-label": alt, title: alt }, alt || "image");
  return h("img", {
    src: source,
    alt,
    title: alt,
    loading: "lazy",
    onerror: ({ currentTarget }) => currentTarget.replaceWith(h("span.no-image", alt)),
  });
}

function local(url) {
  if (/^data:image\/(png|jpeg|gif|webp);base64,/i.test(url)) return url;
  try {
    const parsed = new URL(url, location.href);
    return parsed.origin === location.origin ? parsed.href : "";
  } catch {
    return "";
  }
}
