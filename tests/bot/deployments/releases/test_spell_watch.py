"""How the environments that others are promoted from are looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from bot.deployments.releases.spell_book import PREFIX, SpellBook
from bot.deployments.releases.spell_watch import SpellWatch
from bot.deployments.releases.spells import HealthLeft, HealthRegained
from bot.store import Recorded
from bot.store.recording import to_store
from integrations.argocd.model import Application, ApplicationRef, Health
from integrations.argocd.objects import RunningImage
from integrations.clock import SystemClock
from tests.bot.deployments.histories import at
from tests.bot.deployments.pretend import Record
from tests.bot.deployments.services import CATALOG, services

BACKEND, FRONTEND = "link-app-staging", "link-frontend"
BOTH = frozenset({BACKEND, FRONTEND})
TAG = "sha-aaaaaaa"


class Hurried(SystemClock):
    """It goes on as the story says, and every time is up as soon as it begins."""

    seconds = 0.0

    def now(self) -> datetime:
        return at(0) + timedelta(seconds=self.seconds)

    def timeout(self, seconds: float) -> asyncio.Timeout:
        del seconds
        return asyncio.timeout(0.05)


@dataclass
class ArgoCDThatHangs:
    """Never tells of the pods of one application."""

    about: str
    asked: list[str] = field(default_factory=list)

    async def running_images(
        self, ref: ApplicationRef, images: Collection[str]
    ) -> tuple[RunningImage, ...]:
        del images
        self.asked.append(ref.name)
        if ref.name == self.about:
            await asyncio.Event().wait()
        return ()


class RecordThatIsWatched(Record):
    """Tells whoever wants to know that it is being read."""

    while_read: Callable[[], None] = staticmethod(lambda: None)

    async def read_all(self, after: int = 0, prefix: str = "") -> list[Recorded]:
        self.while_read()
        return await super().read_all(after, prefix)


def well(name: str) -> Application:
    images = [
        f"{image.name}:{TAG}"
        for image in CATALOG.images_of("staging")
        if image.application_in("staging") == name
    ]
    return Application(name, health=Health.HEALTHY, images=tuple(images))


@pytest.mark.parametrize("hangs", sorted(BOTH))
async def test_a_slow_answer_about_one_application_leaves_no_other_unseen(hangs: str) -> None:
    clock, argocd = Hurried(), ArgoCDThatHangs(hangs)
    known = services(
        argocd=argocd,
        clock=clock,
        spells=SpellBook(Record()),
        applications=SimpleNamespace(
            connected=True, applications={name: well(name) for name in BOTH}
        ),
    )
    watch = SpellWatch(known)
    for _ in range(3):
        await asyncio.wait_for(watch.look(BOTH), 10)
        clock.seconds += 10

    other = next(iter(BOTH - {hangs}))
    assert {name: seen.at for name, seen in known.spells.seen.items()} == dict.fromkeys(
        BOTH, at(20)
    )
    assert known.spells.of(other).open is not None
    assert known.spells.of(hangs).open is None


async def test_what_was_known_counts_while_it_is_read_anew() -> None:
    record = RecordThatIsWatched()
    regained = HealthRegained(at=at(0), application=BACKEND, since=at(0), tags={"user-svc": TAG})
    book = SpellBook(record)
    await book.note(BACKEND, regained)
    left = HealthLeft(at=at(9), application=BACKEND, until=at(9), health="Degraded")
    await record.append(PREFIX + BACKEND, 1, [to_store(left)])  # by another life of the bot

    again = SpellBook(record)
    await again.load()
    assert again.of(BACKEND).left == left

    found: list[HealthRegained | None] = []
    record.while_read = lambda: found.append(book.of(BACKEND).newest)
    await book.note(BACKEND, left)
    assert found == [regained]
    assert book.of(BACKEND).left == left
