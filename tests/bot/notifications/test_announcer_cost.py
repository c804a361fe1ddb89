"""What one more request costs the ledger and its announcer does not depend on how many wait."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import FrameType

import pytest

from bot.access import Actor
from bot.deployments.events import DeploymentRequested
from bot.deployments.ledger import Ledger
from bot.deployments.rollouts.progress import ProgressBoard
from bot.notifications import Outbox
from bot.notifications.announcer import Announcer
from bot.store import Store
from integrations.clock import SystemClock
from integrations.slack import Slack
from tests.bot.deployments.services import services


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    """A ledger to which an announcer listens that never gets to render."""
    clock = SystemClock()
    store = Store.open(tmp_path / "shipmate.db", clock)
    ledger, slack = Ledger(store, clock), Slack("xoxb-unused", clock)
    outbox = Outbox(store, slack, clock)
    Announcer(services(ledger=ledger, outbox=outbox, progress=ProgressBoard()))
    yield ledger
    await store.close()


async def ask(ledger: Ledger, number: int) -> None:
    await ledger.request(
        DeploymentRequested(
            at=SystemClock().now(),
            id=f"d{number}",
            kind="deploy",
            actor=Actor(id="U0DANA"),
            environment="staging",
            applications=("link-app-staging", "link-frontend"),
            channel="#deployments",
            tag="sha-1234567",
        )
    )
    ledger.count_queued("slack:U0DANA")


async def calls_of(ledger: Ledger, numbers: range) -> int:
    """How many Python functions run while these are asked for, one after the other."""
    calls = 0

    def count(_frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        for number in numbers:
            await ask(ledger, number)
    finally:
        sys.setprofile(None)
    return calls


async def test_the_five_hundredth_request_costs_what_the_fiftieth_did(ledger: Ledger) -> None:
    for number in range(50):
        await ask(ledger, number)
    early = await calls_of(ledger, range(50, 60))
    for number in range(60, 500):
        await ask(ledger, number)
    late = await calls_of(ledger, range(500, 510))

    assert late < 1.2 * early, f"{early / 10:.0f} calls for each at first, then {late / 10:.0f}"
