"""What Git says should run: revisions resolved, image tags read."""

from __future__ import annotations

from datetime import datetime

from bot.sandbox.argocd.definitions import Key, Source
from bot.sandbox.argocd.repository import Repository
from bot.sandbox.argocd.state import AppState, Level
from integrations.clock import Clock


class Target:
    """The repo-server, with its cache of resolved branches."""

    def __init__(self, repository: Repository, clock: Clock, cache_seconds: float) -> None:
        self.repository = repository
        self._clock = clock
        self._cache_seconds = cache_seconds
        self._resolved: dict[str, tuple[str, datetime]] = {}

    async def compared(self, app: AppState, level: Level) -> tuple[str, ...]:
        """The revisions a comparison looks at: known ones unless asked to look deeper."""
        if level is Level.RECENT and app.sync_revisions and app.sync != "Unknown":
            return app.sync_revisions
        sources = app.definition.sources
        return tuple([await self.resolve(one, force=level is Level.FORCE) for one in sources])

    async def resolve(self, source: Source, revision: str = "", *, force: bool = True) -> str:
        """The commit of a source, or the version of its chart."""
        wanted = revision or source.target_revision
        if source.chart:
            return wanted
        now = self._clock.now()
        known = self._resolved.get(wanted)
        if known and not force and (now - known[1]).total_seconds() < self._cache_seconds:
            return known[0]
        commit = await self.repository.resolve(wanted)
        self._resolved[wanted] = (commit, now)
        return commit

    def forget(self) -> None:
        """Drop the cache of resolved branches."""
        self._resolved.clear()

    async def images(self, app: AppState, revisions: tuple[str, ...]) -> dict[Key, str]:
        """The whole image reference of every declared object ("" for those without)."""
        definition = app.definition
        tags = {}
        if definition.tags_at:
            tags = dict(await self.repository.images(revisions[0], definition.tags_at))
        return {
            manifest.key(definition.destination): tags.get(manifest.image, manifest.image)
            for manifest in definition.manifests
        }
