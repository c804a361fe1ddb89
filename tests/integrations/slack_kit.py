"""A Slack client and the sandbox's Slack beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.sandbox.slack import SandboxSlack
from bot.views.message import Modal
from integrations.clock import FastClock
from integrations.slack import Slack

SECTION = {"type": "section", "text": {"type": "plain_text", "text": "Running"}}
MODAL = Modal("Deploy", "form:deploy", (SECTION,), submit="Deploy", private_metadata="{}")


@dataclass
class World:
    slack: Slack
    sandbox: SandboxSlack
    clock: FastClock


@asynccontextmanager
async def beside() -> AsyncIterator[World]:
    """A Slack, and a client of it."""
    clock = FastClock(50)
    sandbox = SandboxSlack(clock, signing_secret="s", bot_token="xoxb-1", app_token="xapp-1")
    await sandbox.start()
    async with Slack("xoxb-1", clock, api_url=f"{sandbox.base_url}/api") as slack:
        yield World(slack, sandbox, clock)
    await sandbox.stop()
