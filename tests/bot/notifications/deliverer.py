"""An outbox in a process of its own, to be killed. Run by test_crash.py."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.notifications import Outbox, Owed
from bot.store import Store
from bot.views.message import Message
from integrations.clock import FastClock
from integrations.slack import Slack


async def main(database: Path, api_url: str, speed: float, epoch: float) -> None:
    clock = FastClock(speed, epoch)
    store = Store.open(database, clock)
    async with Slack("xoxb-test", clock, api_url=api_url, timeout=2) as slack:
        outbox = Outbox(store, slack, clock)
        for number in range(4):
            for state in ("Queued", "Running"):
                card = Message(f"Card {number}: {state}")
                outbox.owe(Owed(f"card/{number}", "#deployments", card))
            stage = Message(f"Stage of {number}")
            outbox.owe(Owed(f"stage/{number}", "#deployments", stage, f"card/{number}", once=True))
        await outbox.run()


asyncio.run(main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), float(sys.argv[4])))
