"""Ask other systems about a change of what Git wants, all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.catalog import Environment
from bot.deployments.desired import Desired
from bot.deployments.events import WantedImage
from bot.deployments.gates.allowance import Allowance, allowance
from bot.deployments.plan import Build, Commits, ImageChange, PlannedApplication
from bot.deployments.releases.comparing import commits_between
from bot.deployments.releases.release import Release
from bot.deployments.releases.releasing import Shipment, released
from bot.deployments.side_by_side import side_by_side
from bot.deployments.waves import find_applications, in_waves

if TYPE_CHECKING:
    from bot.services import Services


@dataclass(frozen=True, slots=True)
class Answers:
    """What other systems say of a change of what Git wants."""

    missing: tuple[str, ...]
    waves: tuple[tuple[PlannedApplication, ...], ...]
    changes: tuple[ImageChange, ...]
    release: Release
    commits: Commits
    allowed: Allowance


async def answers(
    at: Desired,
    *,
    services: Services,
    environment: Environment,
    build: Build,
    wanted: Sequence[str],
    shipment: Shipment,
    told: Commits | None,
) -> Answers:
    """What they say of bringing `build` to what Git wants `at` a commit, of the wanted services or
    all of them. GitHub is not asked for commits that are `told`. Raises UpstreamError.
    """
    listed = _changes(services, environment, at, build, shipment.images)
    names = _applications(environment, listed, everything=not wanted)
    found, missing = await find_applications(services, names)
    waves = in_waves(services, found)
    (changes, release), commits, allowed = await side_by_side(
        released(services, environment, listed, build, shipment),
        _commits(services, listed, build, told),
        allowance(services, [app for wave in waves for app in wave]),
    )
    return Answers(missing, waves, changes, release, commits, allowed)


def _changes(
    services: Services,
    environment: Environment,
    now: Desired,
    build: Build,
    images: Sequence[WantedImage],
) -> list[ImageChange]:
    """From what Git holds to the build, with what the pods run where Argo CD says so."""
    known = services.applications.applications
    own = {each.service: each for each in images}
    changes = []
    for image in now.images:
        app = known.get(image.application_in(environment.name))
        changes.append(
            ImageChange(
                service=image.service,
                image=image.name,
                file=image.file_in(environment.name),
                before=now.tags[image.service],
                pin_before=now.digests.get(image.service, ""),
                after=own[image.service].tag if image.service in own else build.tag,
                digest=own[image.service].digest if image.service in own else "",
                application=image.application_in(environment.name),
                live=app.tags_of(image.name) if app else (),
            )
        )
    return changes


def _applications(
    environment: Environment, changes: Sequence[ImageChange], *, everything: bool
) -> tuple[str, ...]:
    if everything:
        return tuple(environment.applications)
    carrying = {change.application for change in changes}
    return tuple(name for name in environment.applications if name in carrying)


async def _commits(
    services: Services, changes: Sequence[ImageChange], build: Build, told: Commits | None
) -> Commits:
    return told if told is not None else await commits_between(services, changes, build)
