"""What somebody meets who has just cloned the repository: `make demo`, in a real browser.

PICTURE=docs/demo.png keeps the picture that the last test takes.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.sandbox.demo import install, variables
from bot.sandbox.process import BotProcess
from bot.sandbox.world import World, world
from integrations.clock import FastClock
from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

SPEED = 4.0


@pytest_asyncio.fixture(loop_scope="session")
async def demo(browser: Browser, tmp_path: Path) -> AsyncIterator[World]:
    clock = FastClock(SPEED)
    async with world(tmp_path, clock) as everything:
        process = BotProcess(variables(everything), clock, tmp_path / "bot.log")
        install(everything, process)
        await process.start()
        yield everything
        await process.stop()


async def test_deploy_staging_ends_succeeded_in_a_picture_worth_looking_at(
    demo: World, browser: Browser, tmp_path: Path
) -> None:
    context = await browser.new_context(
        viewport={"width": 1400, "height": 900}, device_scale_factor=2, locale="en-US"
    )
    page = await context.new_page()
    await page.goto(demo.slack.base_url)
    dana = Person(page)
    await page.get_by_label("First steps").get_by_role("button", name="/deploy staging").click()
    await dana.composer.press("Enter")
    card = page.locator(".channel .message:not(.ephemeral)").first
    await expect(card).to_contain_text("Running", timeout=20_000)
    await expect(card).to_contain_text("of 19 resources")
    await expect(card.get_by_role("button", name="Cancel")).to_be_visible()
    await expect(card).to_contain_text("Succeeded", timeout=20_000)
    await expect(card.get_by_role("button", name="Cancel")).to_have_count(0)
    picture = Path(os.environ.get("PICTURE", tmp_path / "demo.png"))
    await page.mouse.move(700, 20)
    await page.screenshot(path=picture)
    await context.close()
    assert dana.problems == []
    assert picture.stat().st_size > 100_000
