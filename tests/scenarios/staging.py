"""Staging in stories: the build to deploy there, and one deployment that waits behind another."""

from __future__ import annotations

from bot.sandbox.argocd import Timings
from tests.scenarios.story import Card, Story

SLOW = Timings(operation=15, rollout=6)
"""Operations that go on for as long as a story needs them to."""


def newest_tag(scene: Story) -> str:
    """The newest build on develop."""
    return f"sha-{scene.world.github.newest().sha[:7]}"


async def one_behind_another(scene: Story, first: str = "", second: str = "") -> tuple[Card, Card]:
    """Two deployments of the newest build, of these services or of all: one runs, one waits."""
    await scene.developer.types(f"/deploy staging {newest_tag(scene)} {first}".rstrip())
    runs = await scene.card()
    await runs.shows("syncing")
    await scene.developer.types(f"/deploy staging {newest_tag(scene)} {second}".rstrip())
    waits = await scene.card(2)
    await waits.shows("Behind")
    return runs, waits
