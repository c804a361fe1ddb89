"""A real browser before the sandbox's page, and a bot that does what a test tells it."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from bot.sandbox.slack import SandboxSlack
from integrations.clock import SystemClock
from tests.browser.bot import Bot
from tests.browser.person import Person

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"]
MANIFEST = {
    "features": {
        "slash_commands": [
            {
                "command": "/deploy",
                "description": "Deploy an environment",
                "usage_hint": "<environment> [tag]",
            },
            {"command": "/where", "description": "What runs where", "usage_hint": "[environment]"},
            {"command": "/shipmate", "description": "Everything else", "usage_hint": "<command>"},
        ]
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands", "views:write"]}},
}
SUBCOMMANDS = [
    {"words": "app get", "usage": "app get <application>", "summary": "One application"},
    {"words": "app logs", "usage": "app logs <application>", "summary": "Its logs"},
    {"words": "help", "usage": "help [command]", "summary": "What I can do"},
    {"command": "/deploy", "words": "dev", "usage": "[tag]", "summary": "Development"},
    {"command": "/deploy", "words": "staging", "usage": "[tag]", "summary": "Before production"},
]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = os.environ.get("SHIPMATE_BROWSER") or shutil.which("chromium")
    if not path:
        pytest.skip("no chromium here: `make browser` brings it where it can")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def bot() -> AsyncIterator[Bot]:
    bot = Bot()
    yield bot
    await bot.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def slack(bot: Bot) -> AsyncIterator[SandboxSlack]:
    slack = SandboxSlack(
        SystemClock(), signing_secret="s3cret", bot_token="xoxb-test", app_token="xapp-test"
    )
    slack.manifest = MANIFEST
    slack.subcommands = list(SUBCOMMANDS)
    slack.bot_url = await bot.start()
    bot.api = await slack.start()
    yield slack
    await slack.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def dana(browser: Browser, slack: SandboxSlack) -> AsyncIterator[Person]:
    context = await browser.new_context(viewport={"width": 1400, "height": 900}, locale="en-GB")
    context.set_default_timeout(10_000)
    page = await context.new_page()
    dana = Person(page)
    await page.goto(slack.base_url)
    await page.get_by_role("heading", name="deployments", exact=True).wait_for()
    yield dana
    await context.close()
    assert dana.problems == []
