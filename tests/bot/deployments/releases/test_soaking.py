"""When whoever waits for a source has nothing left to wait for."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bot.deployments.releases.soak import Soak
from bot.deployments.releases.soaking import moved_on
from bot.deployments.releases.spell_book import SpellBook
from bot.deployments.releases.spells import HealthLeft, HealthRegained
from integrations.argocd.model import Application, Health
from tests.bot.deployments.histories import at
from tests.bot.deployments.pretend import Record
from tests.bot.deployments.services import services

APPLICATION = "link-app-staging"
ONE, TWO = "sha256:" + "1" * 64, "sha256:" + "2" * 64


@pytest.mark.parametrize(
    ("left", "now", "digest", "is_over"),
    [
        ("Degraded", Health.DEGRADED, ONE, True),
        ("Degraded", Health.HEALTHY, ONE, False),  # it flaps, and waits for its next spell
        ("Progressing", Health.PROGRESSING, ONE, False),
        ("Progressing", Health.HEALTHY, ONE, False),
        ("", Health.HEALTHY, ONE, False),
        (None, Health.HEALTHY, ONE, False),
        (None, Health.HEALTHY, TWO, True),
    ],
)
async def test_it_is_in_vain_while_the_source_is_degraded_or_runs_other_images(
    left: str | None, now: Health, digest: str, *, is_over: bool
) -> None:
    book = SpellBook(Record())
    regained = HealthRegained(
        at=at(0), application=APPLICATION, since=at(0),
        tags={"user-svc": "sha-aaaaaaa"}, digests={"user-svc": ONE},
    )  # fmt: skip
    await book.note(APPLICATION, regained)
    if left is not None:
        gone = HealthLeft(
            at=at(9), application=APPLICATION, until=at(9), health=left, services=("user-svc",)
        )
        await book.note(APPLICATION, gone)
    known = services(
        spells=book,
        applications=SimpleNamespace(
            applications={APPLICATION: Application(APPLICATION, health=now)}
        ),
    )

    assert moved_on(known, Soak("staging", 10), {"user-svc": digest}) is is_over
