"""What Argo CD lets the bot sync now: its sync windows, and the rights of the bot's account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.deployments.plan import PlannedApplication
from bot.deployments.side_by_side import together
from integrations.argocd.details import SyncWindows
from integrations.argocd.model import ApplicationRef

if TYPE_CHECKING:
    from bot.services import Services


@dataclass(frozen=True, slots=True)
class Allowance:
    """By application: its windows, and whether the account may sync it."""

    windows: Mapping[str, SyncWindows]
    may_sync: Mapping[str, bool]


async def allowance(services: Services, applications: Iterable[PlannedApplication]) -> Allowance:
    """Ask Argo CD about every one of them at once. Raises UpstreamError."""
    windows: dict[str, SyncWindows] = {}
    may_sync: dict[str, bool] = {}

    async def open_windows(app: PlannedApplication) -> None:
        ref = ApplicationRef(app.name, app.namespace, app.project)
        windows[app.name] = await services.argocd.sync_windows(ref)

    async def rights(app: PlannedApplication) -> None:
        about = f"{app.project}/{app.name}"
        may_sync[app.name] = await services.argocd.can_i("applications", "sync", about)

    async with together() as group:
        for app in applications:
            group.create_task(open_windows(app), name=f"windows of {app.name}")
            group.create_task(rights(app), name=f"rights on {app.name}")
    return Allowance(windows, may_sync)
