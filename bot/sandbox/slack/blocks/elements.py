"""What people can press, choose and fill in."""

from __future__ import annotations

from bot.sandbox.slack.blocks import limits
from bot.sandbox.slack.blocks.composition import (
    action_id,
    confirm,
    conversation_filter,
    dispatch_action_config,
    image_element,
    initial_is_offered,
    option_group,
    overflow_option,
    plain_option,
    plain_text,
    rich_option,
    unix_time,
)
from bot.sandbox.slack.blocks.rich_text import rich_text
from bot.sandbox.slack.blocks.rules import (
    Rule,
    Shape,
    boolean,
    exactly_one,
    listing,
    number,
    one_of,
    shapes,
    string,
    url,
)

_label = string(limits.ACCESSIBILITY_LABEL)
_placeholder = plain_text(limits.PLACEHOLDER)
_name = string(limits.ID)
_names = listing(_name, limits.OPTIONS)
_chosen = number(1, limits.OPTIONS)
_CHOICE: dict[str, Rule] = {
    "action_id": action_id,
    "confirm": confirm,
    "focus_on_load": boolean,
}
_PICK: dict[str, Rule] = {**_CHOICE, "placeholder": _placeholder}
_TYPED: dict[str, Rule] = {
    "action_id": action_id,
    "placeholder": _placeholder,
    "focus_on_load": boolean,
    "dispatch_action_config": dispatch_action_config,
}
_OPTIONS: dict[str, Rule] = {
    "options": listing(plain_option, limits.OPTIONS, 1),
    "option_groups": listing(option_group, limits.OPTION_GROUPS, 1),
}
_MULTI: dict[str, Rule] = {**_PICK, "max_selected_items": _chosen}
_WHICH: dict[str, Rule] = {
    "default_to_current_conversation": boolean,
    "filter": conversation_filter,
}
_ANSWERS: dict[str, Rule] = {"response_url_enabled": boolean}

button = Shape(
    "button",
    {"text": plain_text(limits.BUTTON_TEXT)},
    {
        "action_id": action_id,
        "url": url(limits.URL),
        "value": string(limits.BUTTON_VALUE),
        "style": one_of("primary", "danger"),
        "confirm": confirm,
        "accessibility_label": _label,
    },
)
overflow = Shape(
    "overflow",
    {"options": listing(overflow_option, limits.OVERFLOW_OPTIONS, 1)},
    {"action_id": action_id, "confirm": confirm},
)
icon_button = Shape(
    "icon_button",
    {"icon": _name, "text": plain_text(limits.BUTTON_TEXT)},
    {
        "action_id": action_id,
        "value": string(limits.BUTTON_VALUE),
        "confirm": confirm,
        "accessibility_label": _label,
        "visible_to_user_ids": _names,
    },
)
_opinion = Shape(
    "",
    {"text": plain_text(limits.BUTTON_TEXT), "value": string(limits.BUTTON_VALUE)},
    {"accessibility_label": _label},
)
feedback_buttons = Shape(
    "feedback_buttons",
    {"positive_button": _opinion, "negative_button": _opinion},
    {"action_id": action_id},
)

SELECTS = shapes(
    Shape(
        "static_select",
        optional={**_PICK, **_OPTIONS, "initial_option": plain_option},
        also=(exactly_one("options", "option_groups"), initial_is_offered),
    ),
    Shape(
        "multi_static_select",
        optional={
            **_MULTI,
            **_OPTIONS,
            "initial_options": listing(plain_option, limits.OPTIONS, 1),
        },
        also=(exactly_one("options", "option_groups"), initial_is_offered),
    ),
    Shape("users_select", optional={**_PICK, "initial_user": _name}),
    Shape("multi_users_select", optional={**_MULTI, "initial_users": _names}),
    Shape("channels_select", optional={**_PICK, **_ANSWERS, "initial_channel": _name}),
    Shape("multi_channels_select", optional={**_MULTI, "initial_channels": _names}),
    Shape(
        "conversations_select",
        optional={**_PICK, **_WHICH, **_ANSWERS, "initial_conversation": _name},
    ),
    Shape(
        "multi_conversations_select",
        optional={**_MULTI, **_WHICH, "initial_conversations": _names},
    ),
)
BOXES = shapes(
    Shape(
        "checkboxes",
        {"options": listing(rich_option, limits.CHECKBOXES, 1)},
        {**_CHOICE, "initial_options": listing(rich_option, limits.CHECKBOXES, 1)},
        also=(initial_is_offered,),
    ),
    Shape(
        "radio_buttons",
        {"options": listing(rich_option, limits.RADIO_BUTTONS, 1)},
        {**_CHOICE, "initial_option": rich_option},
        also=(initial_is_offered,),
    ),
)
PICKERS = shapes(
    Shape("datepicker", optional={**_PICK, "initial_date": string(10, 10)}),
    Shape("timepicker", optional={**_PICK, "initial_time": string(5, 5), "timezone": _name}),
    Shape("datetimepicker", optional={**_CHOICE, "initial_date_time": unix_time}),
)
_lines = number(1, limits.OPTIONS)
_length = number(0, limits.PLAIN_TEXT_INPUT)
FIELDS = shapes(
    Shape(
        "plain_text_input",
        optional={
            **_TYPED,
            "initial_value": string(limits.PLAIN_TEXT_INPUT),
            "multiline": boolean,
            "min_length": _length,
            "max_length": number(1, limits.PLAIN_TEXT_INPUT),
        },
    ),
    Shape("email_text_input", optional={**_TYPED, "initial_value": _name}),
    Shape("url_text_input", optional={**_TYPED, "initial_value": url(limits.URL)}),
    Shape(
        "number_input",
        {"is_decimal_allowed": boolean},
        {**_TYPED, "initial_value": _name, "min_value": _name, "max_value": _name},
    ),
    Shape(
        "rich_text_input",
        optional={**_TYPED, "initial_value": rich_text, "min_lines": _lines, "max_lines": _lines},
    ),
)

PRESSED = shapes(button, overflow)
IN_ACTIONS: dict[str, Shape] = {**PRESSED, **SELECTS, **BOXES, **PICKERS}
IN_SECTION: dict[str, Shape] = {**IN_ACTIONS, "image": image_element}
del IN_SECTION["datetimepicker"]
IN_INPUT: dict[str, Shape] = {**FIELDS, **SELECTS, **BOXES, **PICKERS}
