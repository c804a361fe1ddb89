"""The outbox's workers outlive what nobody foresaw, and what was owed arrives all the same."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, cast

from bot.guarded import count_faults
from bot.notifications import Outbox, Owed
from bot.views.message import Message
from integrations.slack import Slack
from tests.bot.notifications.conftest import Office

if TYPE_CHECKING:
    from bot.store import Store


class FullDisk:
    """A memory of deliveries that cannot be written so many times."""

    def __init__(self) -> None:
        self.refuses = 0
        self.refused = 0

    async def facts(self, kind: str) -> dict[str, object]:
        del kind
        return {}

    async def put(self, *fact: object, **more: datetime | None) -> None:
        self.put_soon(*fact, **more)

    def put_soon(self, *fact: object, **more: datetime | None) -> None:
        del fact, more
        if self.refused < self.refuses:
            self.refused += 1
            raise OSError(28, "No space left on device")


async def test_a_disk_that_is_full_for_a_while_ends_no_worker(office: Office) -> None:
    faults, disk = count_faults(), FullDisk()
    url = office.slack.base_url + "/api/"
    async with Slack("xoxb-test", office.clock, api_url=url, timeout=2) as client:
        outbox = Outbox(cast("Store", disk), client, office.clock)
        await outbox.load()
        outbox.owe(Owed("card/1", "#deployments", Message("Running")))
        disk.refuses = 2  # the post's beginning, and the note that it was held up
        worker = asyncio.create_task(outbox.run())

        await office.shows("Running")

        assert not worker.done()
        assert faults["outbox"] == 2
        worker.cancel()
        await asyncio.wait([worker])
