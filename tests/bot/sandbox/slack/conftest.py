"""A sandbox Slack, a bot that answers as told, and a clock that moves by hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SandboxSlack

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


class HandClock:
    """A clock that stands still until somebody sleeps on it or moves it."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)
        await asyncio.sleep(0)

    def timeout(self, seconds: float) -> asyncio.Timeout:
        return asyncio.timeout(seconds)

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


@dataclass
class Bot:
    """What arrives at the bot, and what it answers."""

    answer: Mapping[str, Any] | str = ""
    status: int = 200
    silent: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)
    bodies: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.text())
        self.headers.append(request.headers)
        if self.silent:
            await self.over.wait()
        if isinstance(self.answer, str):
            return web.Response(text=self.answer, status=self.status)
        return web.json_response(self.answer, status=self.status)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.bodies[-1]).items()}

    @property
    def payload(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.form["payload"])
        return found

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.bodies[-1])
        return found


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def slack(clock: HandClock) -> AsyncIterator[SandboxSlack]:
    sandbox = SandboxSlack(
        clock, signing_secret=SECRET, bot_token="xoxb-sandbox", app_token="xapp-sandbox"
    )
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest.fixture
async def bot(slack: SandboxSlack) -> AsyncIterator[Bot]:
    it = Bot()
    app = web.Application()
    app.router.add_post("/slack/events", it.take)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.bot_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield it
    it.over.set()
    await runner.cleanup()


@pytest.fixture
async def web_api(slack: SandboxSlack) -> AsyncIterator[AsyncWebClient]:
    """Slack's own SDK, without retries, as the bot holds it."""
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(
            token="xoxb-sandbox",
            base_url=f"{slack.base_url}/api/",
            session=session,
            retry_handlers=[],
        )


@pytest.fixture
async def http(slack: SandboxSlack) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(base_url=slack.base_url) as session:
        yield session
