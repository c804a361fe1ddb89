from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.sandbox.slack import Control, SandboxSlack
from tests.browser.bot import Bot
from tests.browser.kit import section
from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_panel_breaks_things_and_shows_how_they_stand(
    dana: Person, slack: SandboxSlack
) -> None:
    world = {"cut": False, "failing": ""}

    async def cut(value: object) -> str:
        world["cut"] = bool(value)
        return "Argo CD is cut off." if value else "Argo CD is back."

    async def fail(value: object) -> str:
        world["failing"] = str(value)
        return f"The next sync of {value} fails."

    slack.panel = [
        Control("cut", "Cut Argo CD off", "toggle", cut, "Argo CD", value=lambda: world["cut"]),
        Control("fail", "Fail the next sync of", "choice", fail, "Argo CD", ("app-a", "app-b")),
    ]
    await dana.page.reload()
    panel = dana.page.get_by_role("complementary", name="Sandbox")
    await panel.get_by_role("switch", name="Cut Argo CD off").click()
    await expect(dana.page.get_by_role("status").last).to_contain_text("Argo CD is cut off.")
    await expect(panel.get_by_role("switch")).to_have_attribute("aria-checked", "true")
    await panel.get_by_role("combobox").select_option("app-b")
    await panel.get_by_role("button", name="Go").click()
    await expect(dana.page.get_by_role("status").last).to_contain_text("sync of app-b fails")
    assert world == {"cut": True, "failing": "app-b"}


async def test_a_small_window_has_room_for_a_thread(dana: Person, bot: Bot) -> None:
    ts = await bot.posts("Failed", section("Failed: a rather long line " * 20))
    await bot.posts("Why", thread_ts=ts)
    await dana.page.set_viewport_size({"width": 1000, "height": 700})
    await dana.page.get_by_role("button", name="1 reply").click()
    await expect(dana.page.get_by_role("textbox", name="Reply in thread")).to_be_in_viewport(
        ratio=1
    )
    await expect(dana.page.get_by_role("button", name="Close thread")).to_be_in_viewport(ratio=1)
    await expect(dana.page.locator("#sandbox-panel")).to_be_hidden()


async def test_a_telephone_shows_the_channel_and_leaves_room_to_write(dana: Person) -> None:
    await dana.page.set_viewport_size({"width": 420, "height": 800})
    await expect(dana.page.locator("#sandbox-panel")).to_be_hidden()
    await expect(dana.composer).to_be_in_viewport(ratio=1)
    box = await dana.composer.bounding_box()
    assert box is not None
    assert box["width"] > 300
    await dana.sends("Hello from a small window")
    await dana.sees("Hello from a small window")


async def test_the_panel_folds_away_and_stays_so(dana: Person) -> None:
    toggle = dana.page.get_by_role("button", name="Sandbox", exact=True)
    panel = dana.page.locator("#sandbox-panel")
    await expect(panel).to_be_visible()
    await toggle.click()
    await expect(panel).to_be_hidden()
    await dana.page.reload()
    await expect(toggle).to_have_attribute("aria-expanded", "false")
    await expect(panel).to_be_hidden()
