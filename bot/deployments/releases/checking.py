"""Ask GitHub for the checks of the commits that a plan ships."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.catalog.tags import sha_of
from bot.deployments.plan import Build, ImageChange
from bot.deployments.releases.checks import Checks, Light, judged
from bot.deployments.side_by_side import together
from integrations.errors import NotFound, Rejected, UpstreamError

if TYPE_CHECKING:
    from bot.services import Services
    from integrations.github import GitHub

_SHORT = 7


async def checks_of(
    services: Services, changes: Iterable[ImageChange], build: Build, *, patient: bool
) -> tuple[Checks, ...]:
    """The checks of every commit that the changes ship, each once.

    Where `patient`, a GitHub that is away raises UpstreamError, so that it is waited for; else
    what it would say is unknown.
    """
    found = []
    for ref, about in commits_of(changes, build).items():
        if services.github is None:
            found.append(Checks(about, Light.UNKNOWN, "GitHub is not configured"))
            continue
        found.append(await _asked(services.github, ref, about, patient=patient))
    return tuple(found)


def commits_of(changes: Iterable[ImageChange], build: Build) -> dict[str, str]:
    """How GitHub is asked for each commit, and how people are told of it."""
    commits: dict[str, str] = {}
    for tag in dict.fromkeys(change.after for change in changes):
        sha = sha_of(tag)
        if tag == build.tag or (sha and build.sha.startswith(sha)):
            sha = build.sha or sha
        commits[sha or tag] = sha[:_SHORT] or tag
    return commits


async def _asked(github: GitHub, ref: str, about: str, *, patient: bool) -> Checks:
    try:
        async with together() as group:
            status = group.create_task(github.status(ref), name=f"status of {about}")
            runs = group.create_task(github.check_runs(ref), name=f"check runs of {about}")
        return judged(about, status.result().contexts, runs.result())
    except (NotFound, Rejected):  # 422 is GitHub's own answer to an unknown sha
        return Checks(about, Light.UNKNOWN, "GitHub knows no such commit")
    except UpstreamError as error:
        if patient and error.transient:
            raise
        light = Light.AWAY if error.transient else Light.UNKNOWN
        return Checks(about, light, f"{error.service}: {error.summary.rstrip('.')}")
