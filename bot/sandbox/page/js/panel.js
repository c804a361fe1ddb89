/** The sandbox's own panel: the controls with which its world is broken and mended. */

import { get, post } from "./api.js";
import { h, put } from "./dom.js";
import { icon } from "./icons.js";
import { attempt, toast } from "./toasts.js";

const KEPT = "shipmate.panel";
const WIDE = 1240; // below this the panel lies over the page

/**
 * {element, toggle, refresh(controls?), giveWay()}: the panel, the button that opens it, its
 * renewal, and its retreat from a window that has no room for it.
 */
export function sandboxPanel() {
  const body = h("div.panel-body");
  const element = h("aside.panel", { id: "sandbox-panel", "aria-label": "Sandbox" });
  const toggle = h(
    "button.panel-toggle",
    { type: "button", "aria-controls": "sandbox-panel", onclick: () => show(element.hidden) },
    icon("flask", 16),
    "Sandbox",
  );
  const set = (open) => {
    element.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
  };
  const show = (open) => {
    set(open);
    localStorage.setItem(KEPT, open ? "open" : "closed");
  };
  put(
    element,
    h(
      "header.side-head",
      h("h2", "Sandbox"),
      h(
        "button.icon-button",
        { type: "button", "aria-label": "Close sandbox panel", onclick: () => show(false) },
        icon("close"),
      ),
    ),
    h(
      "p.panel-intro",
      "Break things here and watch how the bot copes. Everything runs on this machine.",
    ),
    body,
  );
  const narrow = matchMedia(`(max-width: ${WIDE}px)`);
  const fit = () => set(!narrow.matches && localStorage.getItem(KEPT) !== "closed");
  narrow.addEventListener("change", fit);
  fit();
  const refresh = async (controls) => {
    const known = controls ?? (await attempt(get("/page/panel"))).controls;
    if (known) draw(body, known, refresh);
  };
  return {
    element,
    toggle,
    refresh,
    giveWay: () => {
      if (narrow.matches) set(false);
    },
  };
}

function draw(body, controls, refresh) {
  const focused = document.activeElement?.dataset?.control;
  const groups = Map.groupBy
    ? Map.groupBy(controls, ({ group }) => group || "More")
    : grouped(controls);
  put(
    body,
    controls.length === 0 && h("p.quiet", "Nothing to break here."),
    [...groups].map(([name, members]) =>
      h(
        "section.panel-group",
        { "aria-label": name },
        h("h3", name),
        members.map((control) =>
          h("div.control", { class: control.kind }, controlNode(control, refresh)),
        ),
      ),
    ),
  );
  if (focused) body.querySelector(`[data-control="${CSS.escape(focused)}"]`)?.focus();
}

function grouped(controls) {
  const groups = new Map();
  for (const control of controls)
    groups.set(control.group || "More", [...(groups.get(control.group || "More") ?? []), control]);
  return groups;
}

function controlNode(control, refresh) {
  const data = { control: control.id };
  const use = async (value) => {
    const answer = await attempt(post("/page/panel", { id: control.id, value }));
    if (answer.note) toast(answer.note, answer.ok === false ? "error" : "note");
    await refresh();
  };
  switch (control.kind) {
    case "toggle":
      return h(
        "button.switch",
        {
          type: "button",
          role: "switch",
          "aria-checked": String(Boolean(control.value)),
          data,
          onclick: () => use(!control.value),
        },
        h("span", control.label),
        h("i.knob"),
      );
    case "choice":
      return choice(control, data, use);
    default:
      return h(
        "button.btn.wide",
        { type: "button", data, onclick: () => use(control.value ?? true) },
        control.label,
      );
  }
}

/** A choice that stands for a state acts when it changes; one that names a target waits for its button. */
function choice(control, data, use) {
  const options = (control.options ?? []).map((option) =>
    typeof option === "object" ? option : { value: option, label: String(option) },
  );
  const isState = control.value !== undefined;
  const chosen = () => options[Number(list.value)].value;
  const list = h(
    "select.field",
    {
      data,
      onchange: () => {
        if (isState) use(chosen());
      },
    },
    options.map(({ value, label }, index) =>
      h("option", { value: String(index), selected: value === control.value }, label),
    ),
  );
  const go = h(
    "button.btn",
    { type: "button", "aria-label": `${control.label} Go`, onclick: () => use(chosen()) },
    "Go",
  );
  return h("div.chooser", h("label", h("span", control.label.replace(/ …$/, "\u00a0…")), list), !isState && go);
}
