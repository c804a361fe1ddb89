from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.notifications import Outbox, Undelivered
from bot.sandbox.slack import SandboxSlack
from bot.store import Store
from integrations.clock import FastClock
from integrations.slack import Slack

SPEED = 50


class Office:
    """A Slack, and a bot's outbox that can be restarted beside it."""

    def __init__(self, slack: SandboxSlack, clock: FastClock, database: Path) -> None:
        self.slack = slack
        self.clock = clock
        self.failed: list[Undelivered] = []
        self._database = database

    @asynccontextmanager
    async def outbox(self, *, running: bool = True) -> AsyncIterator[Outbox]:
        """One life of the outbox, delivering while the block lasts."""
        store = Store.open(self._database, self.clock)
        url = self.slack.base_url + "/api/"
        async with Slack("xoxb-test", self.clock, api_url=url, timeout=2) as client:
            outbox = Outbox(store, client, self.clock, self.failed.append)
            await outbox.load()
            worker = asyncio.create_task(outbox.run() if running else asyncio.sleep(0))
            try:
                yield outbox
            finally:
                worker.cancel()
                await asyncio.wait([worker])
                await store.close()

    def texts(self, channel: str = "deployments") -> list[str]:
        """What stands in a channel."""
        return [message.text for message in self.slack.messages(channel)]

    async def shows(self, *texts: str, channel: str = "deployments") -> None:
        """Wait until exactly this stands in the channel."""
        await self.slack.until(lambda: self.texts(channel) == list(texts))


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    clock = FastClock(SPEED)
    slack = SandboxSlack(clock, signing_secret="s", bot_token="xoxb-test", app_token="xapp-test")
    await slack.start()
    yield Office(slack, clock, tmp_path / "shipmate.db")
    await slack.stop()
