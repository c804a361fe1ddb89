"""Production on the page: a developer asks, an approver reads the card and approves.

APPROVAL_PICTURE=docs/approval.png keeps the picture of the card as the approver sees it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.sandbox.world import World
from tests.browser.person import Person
from tests.browser.test_demo import demo

__all__ = ["demo"]

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


async def test_a_developer_promotes_and_an_approver_approves_what_the_card_shows(
    demo: World, browser: Browser, tmp_path: Path
) -> None:
    context = await browser.new_context(
        viewport={"width": 1400, "height": 1000}, device_scale_factor=2, locale="en-US"
    )
    page = await context.new_page()
    await page.goto(demo.slack.base_url)
    people = Person(page)
    await people.opens("production")
    await people.sends('/promote --reason "The fair begins on Monday"')
    card = page.locator(".channel .message:not(.ephemeral)").first
    await expect(card.get_by_role("button", name="Approve")).to_be_visible(timeout=20_000)
    for shown in ("Waiting", "The fair begins on Monday", "@approvers", "Manifests:", "commits"):
        await expect(card).to_contain_text(shown)
    await expect(card).not_to_contain_text("Not known")

    await card.get_by_role("button", name="Approve").click()
    await people.dialog.get_by_role("button", name="Approve").click()
    await people.sees("This needs the permission “approve” for production")

    await people.becomes("Amir Approver")
    await page.mouse.move(700, 20)
    picture = Path(os.environ.get("APPROVAL_PICTURE", tmp_path / "approval.png"))
    await page.screenshot(path=picture)
    await card.get_by_role("button", name="Approve").click()
    await expect(people.dialog).to_contain_text("production: all 7 services to v")
    await people.dialog.get_by_role("button", name="Approve").click()
    await expect(card).to_contain_text("Succeeded", timeout=30_000)
    await expect(card).to_contain_text("Approved by")
    await expect(card.get_by_role("button", name="Approve")).to_have_count(0)
    await context.close()
    assert people.problems == []
    assert picture.stat().st_size > 100_000
