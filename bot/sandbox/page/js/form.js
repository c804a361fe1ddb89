/** What a person has filled in on one surface, kept while its blocks are drawn anew. */

const EMPTY = {
  plain_text_input: "value",
  number_input: "value",
  email_text_input: "value",
  url_text_input: "value",
  rich_text_input: "rich_text_value",
  static_select: "selected_option",
  external_select: "selected_option",
  radio_buttons: "selected_option",
  datepicker: "selected_date",
  timepicker: "selected_time",
  datetimepicker: "selected_date_time",
  users_select: "selected_user",
  conversations_select: "selected_conversation",
  channels_select: "selected_channel",
};

const EMPTY_LIST = {
  multi_static_select: "selected_options",
  multi_external_select: "selected_options",
  checkboxes: "selected_options",
  multi_users_select: "selected_users",
  multi_conversations_select: "selected_conversations",
  multi_channels_select: "selected_channels",
};

/** The key under which Slack reports this kind of element's value: "value", "selected_option", … */
export function valueKey(type) {
  return EMPTY[type] ?? EMPTY_LIST[type] ?? "";
}

/** The values of one message or view, as Slack's `state.values`. */
export class Form {
  #values = {};

  /** The element's value so far; the first time, what the element itself starts with. */
  begin(blockId, element) {
    const block = (this.#values[blockId] ??= {});
    block[element.action_id] ??= { type: element.type, ...initial(element) };
    return block[element.action_id];
  }

  /** `chosen` is {value} or {selected_option} and so on. */
  set(blockId, element, chosen) {
    (this.#values[blockId] ??= {})[element.action_id] = { type: element.type, ...chosen };
  }

  /** A block that only changed its id keeps what was filled in. */
  rename(from, to) {
    if (from === to || !(from in this.#values)) return;
    this.#values[to] = this.#values[from];
    delete this.#values[from];
  }

  /** Slack's `state.values` for the blocks that are there now. */
  values(blocks) {
    const present = new Set(blocks.map((block) => block.block_id));
    return Object.fromEntries(
      Object.entries(this.#values).filter(([blockId]) => present.has(blockId)),
    );
  }
}

function initial(element) {
  const key = valueKey(element.type);
  if (!key) return {};
  const given =
    element[key.endsWith("value") ? "initial_value" : key.replace("selected_", "initial_")];
  return { [key]: given ?? (element.type in EMPTY_LIST ? [] : null) };
}
