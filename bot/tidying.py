"""Clears away, hour by hour, what gathers for as long as a bot lives: refs of previews, Git's objects."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.deployments.approvals.preview import sweep
from bot.guarded import attempt

if TYPE_CHECKING:
    from bot.services import Services

_EVERY = 3600.0


async def keep_tidy(services: Services) -> None:
    """What a killed bot left behind at once, and everything each hour, until cancelled."""
    while True:
        await attempt("left previews", partial(sweep, services))
        await services.clock.sleep(_EVERY)
        await attempt("git clone", services.gitops.tidy)
