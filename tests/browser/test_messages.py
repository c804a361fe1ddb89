from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from bot.sandbox.slack import SandboxSlack
from integrations.clock import SystemClock
from integrations.slack import Slack
from tests.browser.bot import Bot
from tests.browser.kit import actions, button, confirm, section
from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HOSTILE = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1> <!channel> *b*"


async def test_a_message_appears_and_changes_in_place(dana: Person, bot: Bot) -> None:
    ts = await bot.posts("Running: staging", section("*Running*: 1 of 9"), section("link-app"))
    await dana.sees("Running: 1 of 9")
    element = await dana.message("Running").element_handle()
    untouched = await dana.message("Running").locator(".block").nth(1).element_handle()
    assert element is not None
    assert untouched is not None
    await bot.changes(ts, "Succeeded: staging", section("*Succeeded*: 9 of 9"), section("link-app"))
    await dana.sees("Succeeded: 9 of 9")
    assert await element.evaluate("node => node.isConnected && node.innerText.includes('9 of 9')")
    assert await untouched.evaluate("node => node.isConnected")


async def test_figures_are_not_taken_from_the_emoji_font(dana: Person, bot: Bot) -> None:
    await bot.posts("Figures", section("0123456789 abcdefghij"))
    await dana.sees("0123456789")
    digits, letters = await dana.page.evaluate(
        """() => ["0123456789", "mmmmmmmmmm"].map((text) => {
            const pen = document.createElement("canvas").getContext("2d");
            pen.font = getComputedStyle(document.querySelector(".message")).font;
            return pen.measureText(text).width;
        })"""
    )
    assert digits < letters


async def test_a_reader_further_up_is_not_moved_by_what_changes_below(
    dana: Person, bot: Bot
) -> None:
    await bot.posts("Long", *[section(f"Line {number}\n\n\n") for number in range(30)])
    ts = await bot.posts("Running: last", section("Running: last"))
    await dana.sees("Running: last")
    scroll = dana.page.locator(".channel .scroll")
    await scroll.evaluate("box => { box.scrollTop = 100; }")
    await expect(dana.page.get_by_role("button", name="Jump to newest")).to_be_visible()
    await bot.changes(ts, "Succeeded: last", section("Succeeded: last\n\n\n\n\n"))
    await bot.posts("One more", section("One more"))
    await expect(dana.message("One more")).to_have_count(1)
    assert await scroll.evaluate("box => box.scrollTop") == 100
    await dana.presses("Jump to newest")
    await expect(dana.message("One more")).to_be_in_viewport()


async def test_a_confirmed_button_asks_first_and_then_acts_once(dana: Person, bot: Bot) -> None:
    ask = confirm("Stop it?", "Stop and Revert", "Keep Going")
    await bot.posts(
        "Running", section("Running"), actions(button("Cancel", "run:cancel", confirm=ask))
    )
    await dana.presses("Cancel")
    await expect(dana.dialog).to_contain_text("It matters.")
    await dana.presses("Keep Going")
    await expect(dana.dialog).to_have_count(0)
    assert bot.asked.empty()
    await dana.presses("Cancel")
    await dana.presses("Stop and Revert")
    asked = await bot.asked.get()
    assert asked["actions"][0]["action_id"] == "run:cancel"
    assert asked["actions"][0]["value"] == "it"
    assert asked["user"]["id"] == "U0DANA"
    assert bot.asked.empty()


async def test_who_confirms_what_was_edited_away_meanwhile_is_heard(dana: Person, bot: Bot) -> None:
    ask = confirm("Approve this?", "Approve It", "Go Back")
    ts = await bot.posts("Waiting", actions(button("Approve", "run:approve", confirm=ask)))
    await dana.presses("Approve")
    await bot.changes(ts, "Running", section("Running, by somebody else's yes"))
    await dana.sees("somebody else's yes")
    await dana.presses("Approve It")
    asked = await bot.asked.get()
    assert asked["actions"][0]["action_id"] == "run:approve"
    assert asked["actions"][0]["value"] == "it"


async def test_a_button_is_busy_until_it_was_taken_and_cannot_be_pressed_twice(
    dana: Person, bot: Bot
) -> None:
    bot.holding.clear()
    await bot.posts("Waiting", actions(button("Approve", "run:approve", style="primary")))
    approve = dana.page.get_by_role("button", name="Approve")
    await approve.click()
    await expect(approve).to_have_attribute("aria-busy", "true")
    await approve.dispatch_event("click")
    bot.holding.set()
    await expect(approve).not_to_have_attribute("aria-busy", "true")
    assert bot.asked.qsize() == 1


async def test_a_click_that_nobody_answers_becomes_a_notice(dana: Person, bot: Bot) -> None:
    await bot.posts("Waiting", actions(button("Approve", "run:approve")))
    await dana.page.get_by_role("button", name="Approve").wait_for()
    await bot.stop()
    await dana.presses("Approve")
    await expect(dana.page.get_by_role("status").last).to_contain_text("did not acknowledge")


async def test_hostile_text_stays_text_in_every_kind_of_block(dana: Person, bot: Bot) -> None:
    escaped = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain = {"type": "plain_text", "text": HOSTILE, "emoji": True}
    rich = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": HOSTILE}]}
    await bot.posts(
        escaped,
        section(f"mrkdwn {escaped} `{escaped}`"),
        {"type": "header", "text": plain},
        {"type": "rich_text", "elements": [rich]},
        {"type": "markdown", "text": f"# {HOSTILE}\n\n[go](javascript:window.hacked=1)"},
        {"type": "table", "rows": [[{"type": "raw_text", "text": HOSTILE}]]},
        section("<javascript:window.hacked=1|run> <https://example.com|safe>"),
    )
    await dana.sees("<script>window.hacked=1</script>")
    page = dana.page
    assert await page.evaluate("window.hacked") is None
    assert await page.locator(".messages script, .messages img").count() == 0
    assert await page.locator(".messages a[href^='javascript']").count() == 0
    await expect(page.locator(".messages a", has_text="safe")).to_have_attribute(
        "href", "https://example.com/"
    )


async def test_a_thread_opens_at_the_side_and_takes_replies(
    dana: Person, bot: Bot, slack: SandboxSlack
) -> None:
    ts = await bot.posts("Failed: staging", section("Failed: staging"))
    await bot.posts("Syncing link-app-staging", thread_ts=ts)
    await dana.misses("Syncing link-app-staging")
    await dana.page.get_by_role("button", name="1 reply").click()
    thread = dana.page.get_by_role("complementary", name="Thread")
    await expect(thread).to_contain_text("Syncing link-app-staging")
    await thread.get_by_label("Reply in thread").fill("looking into it")
    await thread.get_by_label("Reply in thread").press("Enter")
    await expect(thread.locator(".message", has_text="looking into it")).to_be_visible()
    await expect(dana.page.locator(".channel .replies")).to_contain_text("2 replies")
    assert [one.text for one in slack.thread(ts)][-1] == "looking into it"


async def test_a_broadcast_reply_shows_in_the_channel_too(dana: Person, bot: Bot) -> None:
    ts = await bot.posts("Failed: staging", section("Failed: staging"))
    await bot.calls(
        "chat.postMessage",
        channel="C0DEPLOY",
        text="It is broken",
        thread_ts=ts,
        reply_broadcast=True,
    )
    await dana.sees("replied to a thread")
    await dana.sees("It is broken")


async def test_who_asks_sees_the_answer_wherever_they_had_scrolled(dana: Person, bot: Bot) -> None:
    bot.answers["/where"] = {"text": "Everything runs."}
    await bot.posts("Long", *[section(f"Line {number}\n\n\n") for number in range(30)])
    await dana.sees("Line 29")
    await dana.page.locator(".channel .scroll").evaluate("box => { box.scrollTop = 0; }")
    await dana.sends("/where")
    await expect(dana.message("Everything runs.")).to_be_in_viewport()


async def test_a_line_marks_what_came_while_one_was_elsewhere(dana: Person, bot: Bot) -> None:
    line = dana.page.get_by_role("separator", name="New")
    await bot.posts("Seen at once")
    await dana.sees("Seen at once")
    await expect(line).to_have_count(0)
    await dana.opens("production")
    await bot.posts("Came later")
    await expect(dana.page.locator("[data-channel=C0DEPLOY].unread")).to_be_visible()
    await dana.opens("deployments")
    await dana.sees("Came later")
    await expect(line).to_be_visible()


async def test_another_channel_turns_bold_and_counts_mentions(dana: Person, bot: Bot) -> None:
    await bot.posts("Waiting for <@U0DANA>", channel="C0PROD")
    row = dana.page.locator("[data-channel=C0PROD].room-row")
    await expect(row).to_have_class("room-row unread")
    await expect(row.locator(".mentions")).to_have_text("1")
    await dana.opens("production")
    await dana.sees("Waiting for @Dana Developer")
    await expect(row).not_to_have_class("room-row unread")


async def test_a_direct_message_stands_apart_from_the_channels(
    dana: Person, bot: Bot, slack: SandboxSlack
) -> None:
    group = dana.page.get_by_role("heading", name="Direct messages")
    await expect(group).to_be_hidden()
    await bot.posts("Your request waits.", channel=slack.workspace.direct("U0DANA").id)
    await expect(group).to_be_visible()
    await dana.opens("shipmate")
    await dana.sees("Your request waits.")
    await expect(dana.composer).to_have_attribute(
        "placeholder", "Message shipmate, or type / for commands"
    )


async def test_what_was_missed_while_the_line_was_down_is_there_afterwards(
    dana: Person, bot: Bot, slack: SandboxSlack
) -> None:
    ts = await bot.posts("Running: 1", section("Running: 1"))
    await dana.sees("Running: 1")
    await slack.stop()
    await expect(dana.page.get_by_text("Connection lost")).to_be_visible()
    dana.problems.clear()  # the browser itself reports the broken line
    await slack.start(port=urlsplit(slack.base_url).port or 0)
    await bot.changes(ts, "Running: 2", section("Running: 2"))
    await dana.sees("Running: 2")
    dana.problems.clear()


async def test_a_file_for_one_person_opens_a_room_of_its_own_and_can_be_saved(
    dana: Person, slack: SandboxSlack
) -> None:
    files = slack.workspace.installation
    slack.workspace.installation = replace(files, scopes=files.scopes | {"files:write"})
    clock = SystemClock()
    async with Slack("xoxb-test", clock, api_url=f"{slack.base_url}/api") as app:
        await app.send_file("U0DANA", "audit.csv", "who,what\n", "2 columns of the record.")
    await dana.opens("shipmate")
    await dana.sees("2 columns of the record.")
    link = dana.page.locator(".channel a.file")
    await expect(link).to_have_text("audit.csv 9 bytes")
    async with dana.page.expect_download() as saving:
        await link.click()
    saved = await saving.value
    assert saved.suggested_filename == "audit.csv"
    assert (await saved.path()).read_text() == "who,what\n"
