"""Which deployments a later rollback took back (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.deployments.deployment import Deployment
from bot.deployments.rollbacks.targets import as_written

_Place = tuple[str, str]
"""An environment and one of its services."""


def taken_back_by(deployments: Iterable[Deployment]) -> Mapping[str, Deployment]:
    """The rollback that took back each of these deployments (by id), wholly or in part;
    they may come in any order.

    A deployment is taken back while what it brought is still what runs: of what something newer
    had replaced meanwhile, a rollback takes back nothing.
    """
    brought: dict[_Place, tuple[Deployment, str]] = {}  # who brought what runs, and its tag
    found: dict[str, Deployment] = {}
    for each in as_written(deployments):
        way_back = each.request.way_back
        if way_back is not None and way_back.history_id is not None:  # Argo CD's own: no tags
            if each.has_asked:
                found.setdefault(way_back.leaves, each)
            continue
        plan = each.plan
        if plan is None or each.commit is None or not each.commit.changed or each.reverted:
            continue
        for change in plan.effective:
            place = each.request.environment, change.service
            by, tag = brought.get(place, (None, ""))
            if each.is_rollback and by is not None and tag == change.before:
                found[by.id] = each
            brought[place] = each, change.after
    return found
