from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.sandbox.slack import SandboxSlack
from tests.browser.bot import Bot
from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_slash_offers_every_command_with_its_usage(dana: Person) -> None:
    await dana.writes("/")
    offered = dana.page.get_by_role("option")
    await expect(offered).to_have_count(3)
    await expect(offered.first).to_contain_text("/deploy<environment> [tag]")
    await expect(offered.first).to_contain_text("Deploy an environment")


async def test_tab_completes_and_the_usage_stays_in_sight(dana: Person) -> None:
    await dana.writes("/de")
    await dana.composer.press("Tab")
    await expect(dana.composer).to_have_value("/deploy ")
    await expect(dana.page.get_by_role("option")).to_have_text(
        ["/deploy dev[tag]Development", "/deploy staging[tag]Before production"]
    )
    await dana.writes("st")
    await dana.composer.press("Tab")
    await expect(dana.composer).to_have_value("/deploy staging ")
    await expect(dana.page.get_by_role("note")).to_contain_text("/deploy staging [tag]")


async def test_return_after_a_command_sends_it_as_it_stands(dana: Person, bot: Bot) -> None:
    await dana.writes("/deploy ")
    await dana.composer.press("Enter")
    assert (await bot.asked.get())["text"] == ""


async def test_the_arrows_choose_another_command(dana: Person) -> None:
    await dana.writes("/")
    await dana.composer.press("ArrowDown")
    await dana.composer.press("Enter")
    await expect(dana.composer).to_have_value("/where ")


async def test_shipmate_completes_its_own_commands(dana: Person) -> None:
    await dana.writes("/shipmate app")
    offered = dana.page.get_by_role("option")
    await expect(offered).to_have_count(2)
    await dana.composer.press("ArrowDown")
    await dana.composer.press("Tab")
    await expect(dana.composer).to_have_value("/shipmate app logs ")
    await expect(dana.page.get_by_role("note")).to_contain_text("/shipmate app logs <application>")


async def test_a_command_reaches_the_bot_and_only_its_author_sees_the_answer(
    dana: Person, bot: Bot
) -> None:
    bot.answers["/deploy"] = {"text": "Deploying *staging* for you."}
    await dana.sends("/deploy staging")
    asked = await bot.asked.get()
    assert (asked["text"], asked["user_id"]) == ("staging", "U0DANA")
    await dana.sees("Only visible to you")
    await dana.sees("Deploying staging for you.")
    await dana.becomes("Otto Outsider")
    await dana.misses("Deploying staging for you.")
    await dana.becomes("Dana Developer")
    await dana.sees("Deploying staging for you.")


async def test_a_bot_that_refuses_leaves_slacks_own_words(
    dana: Person, bot: Bot, slack: SandboxSlack
) -> None:
    await bot.stop()
    await dana.sends("/deploy staging")
    await dana.sees('/deploy failed with the error "dispatch_failed"')


async def test_the_first_hint_writes_the_command_and_goes_when_it_was_sent(dana: Person) -> None:
    hint = dana.page.get_by_label("First steps")
    await hint.get_by_role("button", name="/deploy staging").click()
    await expect(dana.composer).to_have_value("/deploy staging")
    await dana.composer.press("Enter")
    await expect(hint).to_be_hidden()


async def test_what_people_say_is_heard_at_once_and_stays_text(
    dana: Person, slack: SandboxSlack
) -> None:
    await dana.sends("a < b && <img src=x onerror=alert(1)> *loud*")
    await dana.sees("a < b && <img src=x onerror=alert(1)> loud")
    assert await dana.page.locator(".messages img").count() == 0
