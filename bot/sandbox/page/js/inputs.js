/** Block Kit's elements that are filled in: text, dates, checkboxes, radio buttons. */

import { h, uniqueId } from "./dom.js";
import { valueKey } from "./form.js";
import { textObject } from "./mrkdwn.js";

/** A field for text: one line or several, numbers, addresses. */
export function typed(element, place) {
  const multiline = element.multiline || element.type === "rich_text_input";
  const key = valueKey(element.type);
  const started = place.form.begin(place.blockId, element)[key];
  const count = element.max_length ? h("span.count", { "aria-hidden": "true" }) : null;
  const field = h(multiline ? "textarea.field" : "input.field", {
    ...common(element, place),
    type: multiline
      ? null
      : ({ email_text_input: "email", url_text_input: "url" }[element.type] ?? "text"),
    inputmode: element.type === "number_input" ? "decimal" : null,
    rows: multiline ? 4 : null,
    autocomplete: "off",
    placeholder: element.placeholder?.text,
    minlength: element.min_length,
    maxlength: element.max_length,
    value: readable(started),
    oninput: () => {
      save();
      if (wants(element, "on_character_entered")) dispatch();
    },
    onkeydown: (event) => {
      if (
        event.key !== "Enter" ||
        event.shiftKey ||
        !wants(element, "on_enter_pressed", true) ||
        !place.acts
      )
        return;
      event.preventDefault();
      dispatch();
    },
  });
  const save = () => {
    place.form.set(place.blockId, element, { [key]: written(element, field.value) });
    if (count)
      count.textContent =
        field.value.length > element.max_length * 0.8
          ? String(element.max_length - field.value.length)
          : "";
  };
  const dispatch = () => place.acts && place.act(place, element, { value: field.value });
  return count ? h("div.counted", field, count) : field;
}

/** A day, a time of day, or both, in the browser's own picker. */
export function dated(element, place) {
  const [type, key] = {
    datepicker: ["date", "selected_date"],
    timepicker: ["time", "selected_time"],
  }[element.type] ?? ["datetime-local", "selected_date_time"];
  const whole = element.type === "datetimepicker";
  const started = place.form.begin(place.blockId, element)[key];
  return h("input.field.dated", {
    ...common(element, place),
    type,
    value: whole && started ? localTime(started) : (started ?? ""),
    onchange: ({ currentTarget }) => {
      const raw = currentTarget.value;
      const chosen = {
        [key]: raw ? (whole ? Math.floor(new Date(raw).getTime() / 1000) : raw) : null,
      };
      place.form.set(place.blockId, element, chosen);
      if (place.acts) place.act(place, element, chosen);
    },
  });
}

/** Checkboxes or radio buttons, each with its words and description. */
export function checks(element, place) {
  const many = element.type === "checkboxes";
  const key = many ? "selected_options" : "selected_option";
  const started = [place.form.begin(place.blockId, element)[key]]
    .flat()
    .filter(Boolean)
    .map((option) => option.value);
  const name = uniqueId("choice");
  const inputs = [];
  const onchange = () => {
    const on = element.options.filter((_, index) => inputs[index].checked);
    const chosen = { [key]: many ? on : (on[0] ?? null) };
    place.form.set(place.blockId, element, chosen);
    if (place.acts) place.act(place, element, chosen);
  };
  const rows = element.options.map((option) => {
    const input = h("input", {
      type: many ? "checkbox" : "radio",
      name,
      value: option.value,
      checked: started.includes(option.value),
      onchange,
    });
    inputs.push(input);
    return h(
      "label.check",
      input,
      h(
        "span",
        h("span", textObject(option.text, place.names)),
        option.description && h("small", textObject(option.description, place.names)),
      ),
    );
  });
  return h(
    "div.checks",
    {
      role: many ? "group" : "radiogroup",
      "aria-label": place.label,
      id: place.fieldId,
      data: { actionId: element.action_id },
    },
    rows,
  );
}

function common(element, place) {
  return {
    id: place.fieldId,
    "aria-label": place.fieldId ? null : (place.label ?? element.placeholder?.text ?? "Value"),
    data: { actionId: element.action_id, focus: element.focus_on_load ? "first" : undefined },
  };
}

function wants(element, trigger, otherwise = false) {
  return element.dispatch_action_config?.trigger_actions_on?.includes(trigger) ?? otherwise;
}

function readable(value) {
  if (value && typeof value === "object") {
    return (value.elements ?? [])
      .map((part) => (part.elements ?? []).map((piece) => piece.text ?? "").join(""))
      .join("\n");
  }
  return value ?? "";
}

function written(element, text) {
  if (element.type !== "rich_text_input") return text === "" ? null : text;
  return {
    type: "rich_text",
    elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
  };
}

function localTime(seconds) {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
