"""What a deployment is called wherever it is named (pure)."""

from __future__ import annotations

from bot.deployments.deployment import Deployment
from bot.deployments.events import SyncTarget
from bot.views.wording import listed

_NAMED = 3


def title(deployment: Deployment) -> str:
    """What is done, where: the card's first line."""
    request = deployment.request
    way_back = request.way_back
    if request.sync and way_back and way_back.history_id is not None:
        entry = f"entry {way_back.history_id} ({way_back.revision[:7]})"
        return f"Roll {request.sync.words} back to {entry} of its history"
    if request.sync:
        verb = "Dry run of sync" if request.sync.dry_run else "Sync"
        what = request.sync.resource and f"{request.sync.resource} of "
        return f"{verb} {what}{request.sync.words}{_switches(request.sync)}"
    awaited = f"build {request.when_green}" if request.when_green else "the newest build"
    tag = deployment.tag or awaited
    only = f" ({listed(request.services, _NAMED)})" if request.services else ""
    if way_back and way_back.whole and len(request.services) > _NAMED:
        only = " (all services)"
    if deployment.is_rollback:
        return f"Roll {request.environment} back to {tag}{only}"
    verb = "Promote" if request.purpose == "promotion" else "Deploy"
    return f"{verb} {tag} to {request.environment}{only}"


def _switches(sync: SyncTarget) -> str:
    """The switches that delete or replace objects: " with --force and --prune"."""
    switches = ["--force"] * sync.force + ["--prune"] * sync.prune
    return f" with {listed(switches)}" if switches else ""
