"""Watches how long the environments that others are promoted from run what Healthy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.deployments.releases.running import running_in
from bot.deployments.releases.spells import HealthRegained, Seen, begins, leaves, may_begin
from bot.deployments.side_by_side import together
from bot.guarded import attempt
from integrations.argocd.model import Application, Health
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.catalog import Catalog, Environment, Image
    from bot.services import Services

_EVERY = 10.0
_SETTLED = timedelta(seconds=5)
"""How long Argo CD must be heard before a look counts: a new stream tells everything anew."""


class SpellWatch:
    """Looks at each change that Argo CD tells of, and every few seconds. What it did not see is
    never taken for Healthy, unless Argo CD itself says since when it is.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._watched = watched(services.catalog)
        self._heard_since: datetime | None = None

    async def run(self) -> None:
        """Until cancelled; at once where nothing is promoted."""
        if not self._watched:
            return
        with self._services.applications.subscribe() as changes:
            while True:
                await attempt("spells", partial(self.look, frozenset(self._watched)))
                await changes.changed(self._watched, _EVERY)

    async def look(self, names: frozenset[str]) -> None:
        """One look at these applications, while Argo CD is heard."""
        if not self._services.applications.connected:
            self._heard_since = None
            return
        now = self._services.clock.now()
        self._heard_since = self._heard_since or now
        if now - self._heard_since < _SETTLED:
            return
        known = self._services.applications.applications
        found = [known[name] for name in sorted(names & known.keys()) if known[name].complete]
        well = [app for app in found if await self._look_at(app)]
        with suppress(TimeoutError):
            async with self._services.clock.timeout(_EVERY), together() as group:
                for app in well:
                    group.create_task(self._begin(app), name=f"spell of {app.name}")

    async def _look_at(self, app: Application) -> bool:
        """Note what is over. Whether a spell may begin: that waits for an answer, for which no
        other application must go unseen.
        """
        book, now = self._services.spells, self._services.clock.now()
        _, images = self._watched[app.name]
        tags = tags_of(app, images)
        seen = book.seen.get(app.name, Seen())
        left = leaves(book.of(app.name), app, tags, seen, now)
        if left is not None:
            await book.note(app.name, left)
        is_well = app.health is Health.HEALTHY
        seen = book.seen[app.name] = seen.then(now, is_well=is_well)
        is_one = all(len(set(app.tags_of(image.name))) <= 1 for image in images)
        was = book.of(app.name)
        is_new = is_well and bool(tags) and is_one and was.open is None
        return is_new and may_begin(was, app, seen, now)

    async def _begin(self, app: Application) -> None:
        """A new spell, once every image is known to be one: pods of an earlier one go away soon."""
        services, (environment, images) = self._services, self._watched[app.name]
        tags = tags_of(app, images)
        try:
            runs = await running_in(services, environment, images)
        except UpstreamError as error:
            services.reachability.heard(error)
            return
        if any(run.tags not in ((), (tags.get(name),)) for name, run in runs.items()):
            return
        if any(len(run.digests) > 1 for run in runs.values()):
            return
        was, now = services.spells.of(app.name), services.clock.now()
        await services.spells.note(
            app.name,
            HealthRegained(
                at=now,
                application=app.name,
                since=begins(was, app, now),
                tags=tags,
                digests={name: run.digest for name, run in runs.items() if run.digest},
            ),
        )


def watched(catalog: Catalog) -> Mapping[str, tuple[Environment, list[Image]]]:
    """The applications of every environment whose running decides on what another one gets, with
    the images that each carries (pure).
    """
    found: dict[str, tuple[Environment, list[Image]]] = {}
    for environment in catalog.environments:
        rule = environment.promotion
        if rule is None or not (environment.requires_run or rule.soak_minutes > 0):
            continue
        source = catalog.environment(rule.source)
        carried: dict[str, list[Image]] = defaultdict(list)
        for image in catalog.images_of(source.name):
            carried[image.application_in(source.name)].append(image)
        found |= {name: (source, images) for name, images in carried.items()}
    return found


def tags_of(app: Application, images: list[Image]) -> dict[str, str]:
    """Service -> the one tag that the application runs of it; those with several are left out
    (pure).
    """
    tags = {image.service: app.tags_of(image.name) for image in images}
    return {name: each[0] for name, each in tags.items() if len(set(each)) == 1}
