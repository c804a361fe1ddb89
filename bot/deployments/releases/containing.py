"""Ask GitHub whether the commits that ship are on an environment's branch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.deployments.plan import Build, ImageChange
from bot.deployments.releases.checking import commits_of
from bot.deployments.releases.release import OnBranch
from integrations.errors import NotFound, UpstreamError

if TYPE_CHECKING:
    from bot.services import Services


async def on_branch(
    services: Services, changes: Iterable[ImageChange], build: Build, branch: str, *, patient: bool
) -> tuple[OnBranch, ...]:
    """For every commit that the changes ship whether the branch contains it.

    Where `patient`, a GitHub that is away raises UpstreamError; else that is not known.
    """
    found = []
    for ref, about in commits_of(changes, build).items():
        contained: bool | None = None
        try:
            if services.github is not None:
                compared = await services.github.compare(branch, ref, limit=0)
                contained = compared.status in ("behind", "identical")
        except NotFound:
            contained = False
        except UpstreamError as error:
            if patient and error.transient:
                raise
        found.append(OnBranch(about, branch, contained))
    return tuple(found)
