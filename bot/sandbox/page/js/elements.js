/** Block Kit's elements that act: buttons, menus and selects. `place` says where an element stands. */

import { confirmed } from "./confirm.js";
import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { valueKey } from "./form.js";
import { icon } from "./icons.js";
import { safeUrl } from "./inline.js";
import { showMenu } from "./menu.js";
import { plainText } from "./mrkdwn.js";
import { image } from "./images.js";
import { checks, dated, typed } from "./inputs.js";

/**
 * One element. `place`: {blockId, names, people, channels, form, acts, act(place, element, chosen)}.
 * `acts` is false inside an input block: what is chosen there only waits for the submission.
 */
export function elementNode(element, place) {
  switch (element.type) {
    case "button":
    case "workflow_button":
      return button(element, place);
    case "overflow":
      return overflow(element, place);
    case "image":
      return image(element);
    case "icon_button":
      return iconButton(element, place);
    case "feedback_buttons":
      return feedback(element, place);
    case "checkboxes":
    case "radio_buttons":
      return checks(element, place);
    case "datepicker":
    case "timepicker":
    case "datetimepicker":
      return dated(element, place);
    case "plain_text_input":
    case "number_input":
    case "email_text_input":
    case "url_text_input":
    case "rich_text_input":
      return typed(element, place);
    default:
      return valueKey(element.type)
        ? select(element, place)
        : h("span.unknown", `Unknown element: ${element.type}`);
  }
}

/** Runs an element's act once at a time: asks its confirm, shows it as busy until it is taken. */
export async function perform(node, element, place, chosen) {
  if (node.getAttribute("aria-busy") === "true") return false;
  if (!(await confirmed(element.confirm, place.names))) return false;
  node.setAttribute("aria-busy", "true");
  try {
    await place.act(place, element, chosen);
  } finally {
    node.removeAttribute("aria-busy");
  }
  return true;
}

function button(element, place) {
  const href = safeUrl(element.url ?? "");
  const properties = {
    class: ["primary", "danger"].includes(element.style) ? element.style : null,
    "aria-label": element.accessibility_label,
    data: { actionId: element.action_id },
    onclick: (event) => perform(event.currentTarget, element, place, { value: element.value }),
  };
  if (href)
    return h(
      "a.btn",
      { ...properties, href, target: "_blank", rel: "noopener noreferrer" },
      plainText(element.text),
    );
  return h("button.btn", { ...properties, type: "button" }, plainText(element.text));
}

function overflow(element, place) {
  const choices = (element.options ?? []).map(asChoice);
  const onchoose = ({ option }) => {
    const href = safeUrl(option.url ?? "");
    if (href) window.open(href, "_blank", "noopener");
    perform(node, element, place, { selected_option: option });
  };
  const node = h(
    "button.btn.overflow",
    {
      type: "button",
      "aria-label": "More actions",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      data: { actionId: element.action_id },
      onclick: () =>
        showMenu(node, { choices, role: "menu", label: "More actions", align: "end", onchoose }),
    },
    icon("more"),
  );
  return node;
}

function select(element, place) {
  const multiple = element.type.startsWith("multi_");
  const key = valueKey(element.type);
  const choices = choicesOf(element, place);
  const label = element.placeholder?.text ?? "Select an option";
  const read = () =>
    [place.form.begin(place.blockId, element)[key]]
      .flat()
      .filter((item) => item !== null && item !== undefined);
  const values = () => new Set(read().map((item) => item.value ?? item));
  const show = () =>
    node.replaceChildren(
      shown(
        choices.filter((choice) => values().has(choice.value)),
        label,
        multiple,
      ),
      icon("caret", 16),
    );
  const onchoose = async (picked) => {
    const before = place.form.begin(place.blockId, element)[key];
    const chosen = { [key]: multiple ? picked.map(({ option }) => option) : picked.option };
    if (JSON.stringify(before) === JSON.stringify(chosen[key])) return;
    place.form.set(place.blockId, element, chosen);
    show();
    if (!place.acts || (await perform(node, element, place, chosen))) return;
    place.form.set(place.blockId, element, { [key]: before });
    show();
  };
  const node = h("button.select", {
    type: "button",
    role: "combobox",
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    "aria-label": place.label ?? label,
    data: { actionId: element.action_id },
    onclick: () => showMenu(node, { choices, chosen: values(), multiple, label, onchoose }),
  });
  show();
  return node;
}

function shown(picked, label, multiple) {
  if (!picked.length) return h("span.placeholder", withEmoji(label));
  if (!multiple) return h("span.chosen", picked[0].label);
  return h(
    "span.chips",
    picked.map((choice) => h("span.chip", choice.label)),
  );
}

function choicesOf(element, place) {
  const people = element.type.includes("users") ? place.people() : null;
  const rooms = /conversations|channels/.test(element.type) ? place.channels() : null;
  const listed = people ?? rooms;
  if (listed)
    return listed.map(({ id, name }) => ({
      label: rooms ? `#${name}` : name,
      value: id,
      option: id,
    }));
  if (element.option_groups) {
    return element.option_groups.flatMap((group) =>
      group.options.map((option) => ({ ...asChoice(option), group: withEmoji(group.label.text) })),
    );
  }
  return (element.options ?? []).map(asChoice);
}

function asChoice(option) {
  return {
    label: withEmoji(option.text.text),
    detail: option.description && withEmoji(option.description.text),
    value: option.value ?? option.text.text,
    option,
  };
}

function iconButton(element, place) {
  const label = element.accessibility_label ?? element.text?.text;
  return h(
    "button.icon-button.small",
    {
      type: "button",
      "aria-label": label,
      title: element.text?.text,
      data: { actionId: element.action_id },
      onclick: (event) => perform(event.currentTarget, element, place, { value: element.value }),
    },
    icon(element.icon, 16),
  );
}

function feedback(element, place) {
  const side = (choice, name) =>
    h(
      "button.icon-button.small",
      {
        type: "button",
        "aria-label": choice.accessibility_label ?? choice.text.text,
        title: choice.text.text,
        "aria-pressed": "false",
        data: { actionId: element.action_id },
        onclick: async ({ currentTarget }) => {
          await perform(currentTarget, element, place, { value: choice.value });
          for (const other of currentTarget.parentElement.children)
            other.setAttribute("aria-pressed", String(other === currentTarget));
        },
      },
      icon(name, 16),
    );
  return h(
    "span.feedback",
    side(element.positive_button, "up"),
    side(element.negative_button, "thumbsdown"),
  );
}
