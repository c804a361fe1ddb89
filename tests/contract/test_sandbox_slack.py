"""The sandbox's Slack is held to Slack's own reference: its methods, blocks and limits."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from bot.sandbox.slack.blocks import limits
from bot.sandbox.slack.blocks.check import VIEWS, check_message
from bot.sandbox.slack.blocks.elements import IN_ACTIONS, IN_INPUT
from bot.sandbox.slack.blocks.layout import BLOCKS, SURFACES
from bot.sandbox.slack.methods import METHODS
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.rates import Tier
from tests.bot.sandbox.slack.samples import spoilt

pytestmark = pytest.mark.contract

TIERS = {"t1": Tier.T1, "t2": Tier.T2, "t3": Tier.T3, "t4": Tier.T4, "t5": Tier.SPECIAL}

NOT_SERVED = {
    "current_draft_last_updated_ts",  # drafts
    "interactivity_pointer",  # workflow steps
    "unfurled_attachments",  # link previews
}
ALSO_REQUIRED = {"views.open": {"trigger_id"}, "views.push": {"trigger_id"}}
"""The reference asks for it or for an interactivity_pointer."""

ALSO_REFUSED = {
    "chat.postMessage": {"thread_not_found"},  # observed: slackapi/bolt-js#2307
    "conversations.replies": {"not_in_channel"},  # as conversations.history has it
}


def reference(contracts: Path, method: str) -> Json:
    found: Json = json.loads((contracts / f"slack/web-api-ref/{method}.json").read_text())
    return found


@pytest.mark.parametrize("name", METHODS)
def test_a_method_takes_what_slack_says_it_takes(contracts: Path, name: str) -> None:
    method, official = METHODS[name], reference(contracts, name)
    arguments = official.get("args") or {}
    assert method.arguments.names == set(arguments["properties"]) - {"token"} - NOT_SERVED
    required = set(arguments["required"]) - {"token"} | ALSO_REQUIRED.get(name, set())
    assert set(method.arguments.required) == required
    assert method.takes_json == bool(official.get("json_input_supported"))


@pytest.mark.parametrize("name", METHODS)
def test_a_method_asks_for_the_scopes_and_keeps_the_pace_of_slacks(
    contracts: Path, name: str
) -> None:
    method, official = METHODS[name], reference(contracts, name)
    assert TIERS[official["rate_limits"]] is method.tier
    assert set(method.scopes) == set((official.get("scope") or {}).get("bot", ()))


@pytest.mark.parametrize("name", METHODS)
def test_a_method_refuses_with_codes_that_slack_has(contracts: Path, name: str) -> None:
    official = set(reference(contracts, name)["errors"]) | ALSO_REFUSED.get(name, set())
    assert set(METHODS[name].errors) <= official


@pytest.mark.parametrize("name", METHODS)
def test_a_boolean_is_a_boolean_there_too(contracts: Path, name: str) -> None:
    properties = (reference(contracts, name).get("args") or {})["properties"]
    arguments = METHODS[name].arguments
    for argument in arguments.booleans:
        assert "boolean" in _types(properties[argument]), argument
    for argument in arguments.numbers:
        assert _types(properties[argument]) & {"number", "integer"}, argument


def _types(schema: Json) -> set[str]:
    return {schema.get("type", "")} | {one.get("type", "") for one in schema.get("anyOf", ())}


LIMITS = {
    "surfaces": {
        "message_blocks_max": limits.MESSAGE_BLOCKS,
        "modal_blocks_max": limits.VIEW_BLOCKS,
        "home_blocks_max": limits.VIEW_BLOCKS,
        "view_bytes_max": limits.VIEW_BYTES,
        "markdown_text_max": limits.MARKDOWN_TEXT,
        "blocks_total_text_observed_limit": limits.ALL_TEXT,
    },
    "block_id_max": limits.ID,
    "action_id_max": limits.ID,
    "callback_id_max": limits.ID,
    "private_metadata_max": limits.PRIVATE_METADATA,
    "view": {
        "title_max": limits.VIEW_TITLE,
        "submit_max": limits.VIEW_TITLE,
        "close_max": limits.VIEW_TITLE,
    },
    "blocks": {
        "section": {
            "text_max": limits.SECTION_TEXT,
            "fields_max": limits.SECTION_FIELDS,
            "field_text_max": limits.SECTION_FIELD,
        },
        "header": {"text_max": limits.HEADER_TEXT},
        "context": {"elements_max": limits.CONTEXT_ELEMENTS},
        "actions": {"elements_max": limits.ACTIONS},
        "context_actions": {"elements_max": limits.CONTEXT_ACTIONS},
        "image": {
            "image_url_max": limits.IMAGE_URL,
            "alt_text_max": limits.IMAGE_ALT,
            "title_max": limits.IMAGE_TITLE,
        },
        "input": {"label_max": limits.INPUT_LABEL, "hint_max": limits.INPUT_HINT},
        "markdown": {"text_max": limits.MARKDOWN_TEXT},
        "table": {
            "rows_max": limits.TABLE_ROWS,
            "columns_max": limits.TABLE_COLUMNS,
            "per_message_max": limits.TABLES,
            "cell_chars_per_message": limits.TABLE_TEXT,
        },
        "data_table": {
            "rows_max_safe": limits.DATA_TABLE_ROWS,
            "columns_max": limits.DATA_TABLE_COLUMNS,
            "page_size": [1, limits.DATA_TABLE_PAGE],
            "cell_chars_per_message": limits.DATA_TABLE_TEXT,
        },
        "data_visualization": {
            "per_message_max": limits.CHARTS,
            "title_max": limits.CHART_TITLE,
            "axis_label_max": limits.CHART_AXIS_LABEL,
            "category_label_max": limits.CHART_LABEL,
            "series_max": limits.CHART_SERIES,
            "points_per_series_max": limits.CHART_POINTS,
            "pie_segments_max": limits.CHART_SEGMENTS,
        },
        "alert": {"text_max": limits.ALERT_TEXT},
        "card": {
            "title_max": limits.CARD_TITLE,
            "subtitle_max": limits.CARD_SUBTITLE,
            "body_max": limits.CARD_BODY,
            "actions_max": limits.CARD_ACTIONS,
        },
        "carousel": {"cards": [1, limits.CAROUSEL_CARDS]},
        "container": {
            "title_max": limits.CONTAINER_TITLE,
            "child_blocks_max": limits.CONTAINER_BLOCKS,
        },
        "plan": {"tasks_max": limits.PLAN_TASKS},
    },
    "elements": {
        "button": {
            "text_max": limits.BUTTON_TEXT,
            "value_max": limits.BUTTON_VALUE,
            "url_max": limits.URL,
            "accessibility_label_max": limits.ACCESSIBILITY_LABEL,
        },
        "select": {
            "options_max": limits.OPTIONS,
            "option_groups_max": limits.OPTION_GROUPS,
            "placeholder_max": limits.PLACEHOLDER,
        },
        "overflow": {"options": [1, limits.OVERFLOW_OPTIONS]},
        "checkboxes": {"options_max": limits.CHECKBOXES},
        "radio_buttons": {"options_max": limits.RADIO_BUTTONS},
        "plain_text_input": {"min_length_max": limits.PLAIN_TEXT_INPUT},
    },
    "composition": {
        "option": {
            "text_max": limits.OPTION_TEXT,
            "value_max": limits.OPTION_VALUE,
            "description_max": limits.OPTION_DESCRIPTION,
        },
        "option_group": {"label_max": limits.OPTION_GROUP_LABEL},
        "confirm": {
            "title_max": limits.CONFIRM_TITLE,
            "text_max": limits.CONFIRM_TEXT,
            "confirm_max": limits.CONFIRM_BUTTON,
            "deny_max": limits.CONFIRM_BUTTON,
        },
    },
}


def test_every_limit_is_slacks(contracts: Path) -> None:
    official = json.loads((contracts / "slack/block-kit-limits.json").read_text())
    assert _like(official, LIMITS) == LIMITS


def _like(official: Any, ours: Any) -> Any:
    """The official numbers, of the names that we have."""
    if not isinstance(ours, dict):
        return official
    return {name: _like(official[name], inner) for name, inner in ours.items()}


def test_a_block_stands_where_slack_lets_it_stand(contracts: Path) -> None:
    official = json.loads((contracts / "slack/block-kit-limits.json").read_text())["blocks"]
    for kind, block in official.items():
        if "surfaces" in block:
            assert set(SURFACES[kind]) == set(block["surfaces"]), kind


@cache
def schema(contracts: Path) -> Json:
    found: Json = json.loads((contracts / "slack/blocks.schema.json").read_text())
    return found


SHAPES = {**BLOCKS, **IN_ACTIONS, **IN_INPUT, **VIEWS}  # data_visualization is newer than theirs


@pytest.mark.parametrize("kind", sorted(SHAPES.keys() - {"data_visualization"}))
def test_a_shape_has_the_fields_of_the_official_types(contracts: Path, kind: str) -> None:
    shape = SHAPES[kind]
    official = _definitions(schema(contracts), kind)
    assert official, f"{kind} is not in the official types"
    names = {name for one in official for name in one["properties"]} - {"type"}
    assert set(shape.required) | set(shape.optional) == names
    required = set.intersection(*(set(one["required"]) for one in official)) - {"type"}
    assert set(shape.required) == required


def _definitions(schema: Json, kind: str) -> list[Json]:
    every = [
        variant
        for definition in schema["definitions"].values()
        for variant in (definition, *definition.get("anyOf", ()))
        if variant.get("properties", {}).get("type", {}).get("const") == kind
    ]
    if kind == "image":  # the block and the element share their type
        return [one for one in every if "block_id" in one["properties"]]
    return every


@given(block=spoilt())
def test_what_the_sandbox_takes_the_official_types_take(contracts: Path, block: Json) -> None:
    if block.get("type") == "data_visualization" or check_message([block]):
        return
    rules = {"$ref": "#/definitions/KnownBlock", "definitions": schema(contracts)["definitions"]}
    jsonschema.Draft7Validator(rules).validate(block)
