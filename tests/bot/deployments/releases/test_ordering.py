"""Where it is looked up whether an image has run in the environment before: memory comes first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from bot.deployments.deployment import Deployment
from bot.deployments.plan import ImageChange
from bot.deployments.releases.ordering import order_for
from bot.deployments.releases.spell_book import SpellBook
from bot.deployments.releases.spells import HealthLeft, HealthRegained, SpellEvent
from integrations.argocd.model import Application, ApplicationRef, Health, ResourceRef
from integrations.argocd.objects import RunningImage
from tests.bot.deployments import pretend
from tests.bot.deployments.histories import asked, at, change
from tests.bot.deployments.services import CATALOG, services

ONE = "sha256:" + "1" * 64
RELEASED, BUILD = "v20261126-abc1234", "sha-abc1234"
IMAGE, APPLICATION = "ghcr.io/link/user-svc", "link-app-staging"
PRODUCTION = CATALOG.environment("production")
WANTED = change("user-svc", after=RELEASED).model_copy(update={"digest": ONE})


@dataclass
class ArgoCDWithAPod:
    digest: str = ONE
    asked: list[str] = field(default_factory=list)

    async def running_images(
        self, ref: ApplicationRef, images: Collection[str]
    ) -> tuple[RunningImage, ...]:
        self.asked.append(ref.name)
        pod = ResourceRef("Pod", "user-svc-1")
        return tuple(RunningImage(pod, "main", f"{name}:{BUILD}", self.digest) for name in images)


async def skipped(
    *,
    events: Collection[SpellEvent] = (),
    past: Collection[Deployment] = (),
    argocd: ArgoCDWithAPod | None = None,
    health: Health = Health.DEGRADED,
    returning: bool = False,
    wanted: ImageChange = WANTED,
) -> int:
    """How many of the changes would skip staging, by what is known so."""
    book = SpellBook(pretend.Record())
    for each in events:
        await book.note(APPLICATION, each)

    def newest(environment: str, limit: int) -> list[Deployment]:
        return [each for each in past if each.request.environment == environment][:limit]

    known = services(
        argocd=argocd or ArgoCDWithAPod(digest=""),
        applications=SimpleNamespace(
            applications={APPLICATION: Application(APPLICATION, health=health)}
        ),
        ledger=SimpleNamespace(newest=newest, every=lambda name: iter(newest(name, 1000))),
        spells=book,
    )
    order = await order_for(known, PRODUCTION, [wanted], returning=returning)
    assert order is not None
    return len(order.skipping)


def regained() -> HealthRegained:
    return HealthRegained(
        at=at(0), application=APPLICATION, since=at(0),
        tags={"user-svc": BUILD}, digests={"user-svc": ONE},
    )  # fmt: skip


def left(health: str) -> HealthLeft:
    return HealthLeft(
        at=at(9), application=APPLICATION, until=at(5), health=health, services=("user-svc",)
    )


async def test_what_was_watched_to_run_needs_no_question() -> None:
    argocd = ArgoCDWithAPod()

    assert not await skipped(events=[regained()], argocd=argocd)
    assert not await skipped(events=[regained(), left("Progressing")], argocd=argocd)
    assert not argocd.asked


async def test_what_was_watched_to_degrade_has_not_run_well() -> None:
    assert await skipped(events=[regained(), left("Degraded")])


@pytest.mark.parametrize(
    ("health", "digest", "skips"),
    [
        (Health.HEALTHY, ONE, 0),
        (Health.HEALTHY, "sha256:" + "2" * 64, 1),
        (Health.HEALTHY, "", 0),  # the same commit, as far as anybody knows
        (Health.PROGRESSING, ONE, 1),
    ],
)
async def test_what_runs_there_healthy_now_has_run(health: Health, digest: str, skips: int) -> None:
    assert await skipped(argocd=ArgoCDWithAPod(digest), health=health) == skips


async def test_what_a_rollback_returns_to_was_here() -> None:
    found = change("user-svc", before=RELEASED, after="v20261127-fff0001")
    history = asked(environment="production").found().started().planned(["a"], changes=[found])
    past = [history.intended().committed().deployment]

    assert await skipped(past=past)
    assert not await skipped(past=past, returning=True)
