/** The one way elements are made: text always becomes a text node, never markup. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * `h("button.primary", { type: "button", onclick: act }, "Save")`.
 * Properties: `on…` take functions only; `data` and `style` take objects; `true` means a bare
 * attribute; false, null and undefined are left out. Children: nodes, strings, arrays, or nothing.
 */
export function h(selector, ...rest) {
  const [tag, ...classes] = selector.split(".");
  return fill(document.createElement(tag || "div"), classes, rest);
}

/** As `h`, for SVG. */
export function svg(selector, ...rest) {
  const [tag, ...classes] = selector.split(".");
  return fill(document.createElementNS(SVG, tag), classes, rest);
}

/** A row of nodes without a parent of its own. */
export function fragment(...children) {
  const nodes = document.createDocumentFragment();
  append(nodes, children);
  return nodes;
}

/** Replaces what `element` holds. */
export function put(element, ...children) {
  element.replaceChildren(fragment(children));
  return element;
}

let last = 0;

/** An id that no other element of the page has. */
export function uniqueId(prefix) {
  last += 1;
  return `${prefix}-${last}`;
}

function fill(element, classes, rest) {
  if (classes.length) element.classList.add(...classes);
  const first = rest[0];
  const hasProperties = isPlain(first);
  if (hasProperties) for (const [name, value] of Object.entries(first)) set(element, name, value);
  append(element, hasProperties ? rest.slice(1) : rest);
  return element;
}

function isPlain(value) {
  return (
    value !== null && typeof value === "object" && !(value instanceof Node) && !Array.isArray(value)
  );
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) {
    if (typeof value !== "function") throw new TypeError(`${name} takes a function`);
    element.addEventListener(name.slice(2), value);
  } else if (name === "data") {
    for (const [key, item] of Object.entries(value))
      if (item !== undefined) element.dataset[key] = item;
  } else if (name === "style") {
    for (const [key, item] of Object.entries(value)) element.style.setProperty(key, item);
  } else if (name === "class") {
    element.classList.add(...String(value).split(" ").filter(Boolean));
  } else if (name === "value") {
    element.value = value;
  } else {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

function append(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}
