"""What is approved gives way to no mere request, and images are compared one by one."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from bot.deployments.deployment import State
from bot.deployments.events import ApprovalRequested, Approved, WantedImage
from bot.deployments.ledger import Ledger
from bot.deployments.plan import Plan
from bot.deployments.superseding import covered_by, may_cover, supersede_older
from integrations.clock import SystemClock
from tests.bot.controls.laid import AMIR
from tests.bot.deployments.histories import History, asked, at, change
from tests.bot.deployments.pretend import Record
from tests.bot.deployments.services import services

LINE = ("aaaaaaa", "bbbbbbb", "ccccccc")
"""One branch, the oldest commit first."""


class GitHub:
    """Knows one branch; what is not on it has diverged."""

    async def compare(self, base: str, head: str) -> SimpleNamespace:
        on_line = base in LINE and head in LINE
        ahead = on_line and LINE.index(head) > LINE.index(base)
        return SimpleNamespace(status="ahead" if ahead else "diverged")


@dataclass
class Queue:
    """Requests for production, one after the other."""

    ledger: Ledger = field(default_factory=lambda: Ledger(Record(), SystemClock()))

    async def tells(self, story: History) -> None:
        deployment = await self.ledger.request(story.deployment.request)
        for event in story.events[1:]:
            await self.ledger.record(deployment.id, lambda _, event=event: [event])  # type: ignore[misc]  # bound now

    async def supersedes(self, key: str) -> None:
        found = services(ledger=self.ledger, github=GitHub())
        await supersede_older(found, self.ledger.get(key))

    def state(self, key: str) -> State:
        return self.ledger.get(key).state


def waits(key: str, tag: str, **facts: object) -> History:
    history = asked(key, environment="production", needs_approval=True, **facts)  # type: ignore[arg-type]
    history.found(f"v20261123-{tag}", tag)
    plan = Plan(changes=(change("user-svc", after=f"v20261123-{tag}"),))
    if facts.get("images"):
        images = history.deployment.request.images
        plan = Plan(changes=tuple(change(each.service, after=each.tag) for each in images))
    return history.then(
        ApprovalRequested, plan=plan, digest="p1", remind_at=at(60), expires_at=at(120)
    )


def approved(history: History) -> History:
    return history.then(Approved, actor=AMIR, digest="p1")


def promotes(key: str, **commits: str) -> History:
    images = tuple(
        WantedImage(service=name.replace("_", "-"), tag=f"v20261123-{sha}")
        for name, sha in commits.items()
    )
    main = commits["user_svc"]
    return waits(key, main, purpose="promotion", source="staging", images=images)


async def test_an_approved_request_is_not_ended_by_one_that_nobody_approved() -> None:
    queue = Queue()
    await queue.tells(approved(waits("d1", "aaaaaaa")))
    await queue.tells(waits("d2", "bbbbbbb"))

    await queue.supersedes("d2")
    assert queue.state("d1") is State.QUEUED
    newer = queue.ledger.get("d2")
    found = services(ledger=queue.ledger, github=GitHub())
    assert newer.found is not None
    assert await covered_by(found, newer.request, newer.found.build) == []

    await queue.ledger.record("d2", lambda _: [Approved(at=at(9), actor=AMIR, digest="p1")])
    await queue.supersedes("d2")
    assert queue.state("d1") is State.SUPERSEDED


async def test_one_that_waits_gives_way_and_both_are_named() -> None:
    queue = Queue()
    await queue.tells(waits("d1", "aaaaaaa"))
    await queue.tells(waits("d2", "bbbbbbb"))
    await queue.supersedes("d2")

    ended = queue.ledger.get("d1").ended
    assert ended is not None
    assert ended.by == "d2"
    assert "d2, which Dana Developer asked for, takes its place" in ended.message
    assert "Nothing was changed" in ended.message


@pytest.mark.parametrize(
    ("older", "newer", "gives_way"),
    [
        ({"chat_svc": "aaaaaaa"}, {"chat_svc": "bbbbbbb"}, True),
        ({"chat_svc": "aaaaaaa"}, {"chat_svc": "aaaaaaa"}, True),
        ({"chat_svc": "bbbbbbb"}, {"chat_svc": "aaaaaaa"}, False),  # it would go back
        ({"chat_svc": "ddddddd"}, {"chat_svc": "bbbbbbb"}, False),  # of another branch
        ({"chat_svc": "aaaaaaa"}, {"ai_svc": "bbbbbbb"}, False),  # not covered at all
    ],
)
async def test_every_image_is_compared(
    older: dict[str, str], newer: dict[str, str], *, gives_way: bool
) -> None:
    queue = Queue()
    await queue.tells(promotes("d1", user_svc="aaaaaaa", **older))
    await queue.tells(promotes("d2", user_svc="ccccccc", **newer))
    await queue.supersedes("d2")
    assert queue.state("d1") is (State.SUPERSEDED if gives_way else State.WAITING)


def test_break_glass_takes_the_place_of_what_is_approved() -> None:
    older = approved(waits("d1", "aaaaaaa")).deployment
    request = asked("d2", environment="production", break_glass=True).deployment.request
    assert may_cover(older, request)
    assert not may_cover(older, waits("d2", "bbbbbbb").deployment.request)
