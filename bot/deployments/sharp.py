"""Which objects a sync is narrowed to, deletes or replaces (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.deployments.events import SyncTarget
from integrations.argocd.model import Application


def sharp(asked: SyncTarget, applications: Iterable[Application]) -> tuple[str, ...]:
    """Each switch with each object that it concerns now: "--prune ConfigMap/old"; the switch alone
    where it concerns none. () for a dry run, which changes nothing.
    """
    if asked.dry_run:
        return ()
    named = [asked.resource] if asked.resource else []
    resources = [each for app in applications for each in app.resources]
    replaced = named or sorted(str(each.ref) for each in resources if not each.requires_pruning)
    deleted = named or sorted(str(each.ref) for each in resources if each.requires_pruning)
    return (
        *(_each("--resource", named) if named else ()),
        *(_each("--force", replaced) if asked.force else ()),
        *(_each("--prune", deleted) if asked.prune else ()),
    )


def _each(switch: str, objects: Sequence[str]) -> Iterator[str]:
    if not objects:
        yield switch
    for each in objects:
        yield f"{switch} {each}"
