from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.bot import Bot
from tests.browser.kit import actions, button, plain, section
from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

Json = dict[str, Any]


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def words(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def options(*names: str) -> list[Json]:
    return [{"text": plain(name), "value": name} for name in names]


def line(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


PIECES = [
    words("bold", bold=True),
    words("code", code=True),
    {"type": "emoji", "name": "rocket", "unicode": "1f680"},
    {"type": "link", "url": "https://example.com", "text": "link"},
    {"type": "user", "user_id": "U0DANA"},
    {"type": "usergroup", "usergroup_id": "S0DEV"},
    {"type": "channel", "channel_id": "C0PROD"},
    {"type": "date", "timestamp": 1_700_000_000, "format": "{date_num}", "fallback": "then"},
]
TASK = {"type": "task_card", "task_id": "1", "title": "Wave 3", "status": "in_progress"}
SERIES = [
    {"name": "Succeeded", "data": [{"label": "Mon", "value": 4}, {"label": "Tue", "value": 7}]}
]
FIRST: list[Json] = [
    {"type": "header", "text": plain(":rocket: Header")},
    {"type": "divider"},
    section("*bold* _italic_ ~gone~ `code` :white_check_mark: <!subteam^S0DEV> <#C0PROD>"),
    {"type": "section", "fields": [plain("left"), plain("right")]},
    {"type": "context", "elements": [plain("context")]},
    rich(
        line(*PIECES),
        {"type": "rich_text_list", "style": "ordered", "elements": [line(words("first"))]},
        {"type": "rich_text_quote", "elements": [words("quote")]},
        {"type": "rich_text_preformatted", "elements": [words("pre")]},
    ),
    {"type": "markdown", "text": "# Title\n\n- one\n- **two**\n\n| a |\n|---|\n| b |"},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "A"}], [rich(line(words("cell")))]]},
    {"type": "plan", "title": "Waves", "tasks": [TASK, TASK | {"task_id": "2", "status": "error"}]},
    TASK | {"title": "Alone", "status": "complete"},
]
SECOND: list[Json] = [
    {
        "type": "data_visualization",
        "title": "Deployments",
        "chart": {"type": "bar", "series": SERIES, "axis_config": {"categories": ["Mon", "Tue"]}},
    },
    {
        "type": "data_visualization",
        "title": "Outcomes",
        "chart": {"type": "pie", "segments": [{"label": "Succeeded", "value": 9}]},
    },
    {"type": "card", "title": {"type": "mrkdwn", "text": "Card"}, "actions": [button("Open", "o")]},
    {
        "type": "container",
        "title": plain("Changes"),
        "is_collapsible": True,
        "default_collapsed": True,
        "child_blocks": [section("inside")],
    },
    {
        "type": "context_actions",
        "elements": [
            {"type": "icon_button", "icon": "trash", "text": plain("Delete"), "action_id": "d"},
        ],
    },
    actions(
        {
            "type": "static_select",
            "action_id": "s",
            "placeholder": plain("One"),
            "options": options("a", "b", "c"),
        },
        {
            "type": "multi_static_select",
            "action_id": "m",
            "placeholder": plain("Many"),
            "options": options("x", "y"),
        },
        {"type": "overflow", "action_id": "more", "options": options("Logs", "Events")},
        {"type": "datepicker", "action_id": "day"},
        {"type": "radio_buttons", "action_id": "r", "options": options("left", "right")},
        {"type": "checkboxes", "action_id": "c", "options": options("tick")},
    ),
]


async def test_every_block_has_a_shape(dana: Person, bot: Bot) -> None:
    await bot.posts("First", *FIRST)
    await bot.posts("Second", *SECOND)
    drawn = dana.page.locator(".message").last.locator("> .message-row .content > .block")
    await expect(drawn).to_have_count(len(SECOND))
    kinds = await dana.page.locator(".content > .block").evaluate_all(
        "nodes => nodes.map(node => node.dataset.block)"
    )
    assert kinds == [block["type"] for block in FIRST + SECOND]
    await expect(dana.page.locator(".unknown")).to_have_count(0)
    await dana.sees("🚀 Header")
    await dana.sees("boldcode🚀link@Dana Developer@developers#production")
    await dana.sees("✅ @developers #production")


async def test_a_chart_says_its_numbers(dana: Person, bot: Bot) -> None:
    await bot.posts("Second", *SECOND)
    chart = dana.page.get_by_role("img", name="Deployments. Succeeded: Mon 4, Tue 7")
    await expect(chart).to_be_visible()


async def test_a_container_opens_and_stays_open_when_the_message_changes(
    dana: Person, bot: Bot
) -> None:
    ts = await bot.posts("Second", *SECOND)
    await dana.page.get_by_role("button", name="Changes").click()
    await dana.sees("inside")
    inner = {**SECOND[3], "child_blocks": [section("still inside")]}
    await bot.changes(ts, "Second", *SECOND[:3], inner)
    await expect(dana.page.get_by_text("still inside")).to_be_visible()


async def test_a_select_is_used_with_the_keyboard_alone(dana: Person, bot: Bot) -> None:
    await bot.posts("Second", *SECOND)
    select = dana.page.get_by_role("combobox", name="One")
    await select.focus()
    for key in ("Enter", "ArrowDown", "Enter"):
        await dana.page.keyboard.press(key)
    asked = await bot.asked.get()
    assert asked["actions"][0]["selected_option"]["value"] == "b"
    await expect(select).to_have_text("b")
    await expect(select).to_be_focused()


async def test_several_are_chosen_before_the_bot_hears_of_it(dana: Person, bot: Bot) -> None:
    await bot.posts("Second", *SECOND)
    await dana.page.get_by_role("combobox", name="Many").click()
    for name in ("x", "y"):
        await dana.page.get_by_role("option", name=name).click()
    assert bot.asked.empty()
    await dana.page.keyboard.press("Escape")
    asked = await bot.asked.get()
    assert [one["value"] for one in asked["actions"][0]["selected_options"]] == ["x", "y"]


async def test_an_overflow_menu_holds_further_acts(dana: Person, bot: Bot) -> None:
    await bot.posts("Second", *SECOND)
    await dana.presses("More actions")
    await dana.page.get_by_role("menuitem", name="Events").click()
    asked = await bot.asked.get()
    assert asked["actions"][0]["selected_option"]["value"] == "Events"
