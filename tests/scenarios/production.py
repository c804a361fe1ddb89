"""Production in stories: who may ask there, a release to ask for, and the card that waits."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol

from bot.sandbox.argocd import Timings
from bot.sandbox.world import World
from integrations.clock import FastClock
from tests.leaping import LeapingClock
from tests.scenarios.story import Card, Person, Story, platform, story

IN_ORDER, OUT_OF_ORDER = "require_run: true ", "require_run: false"
SLOW = Timings(operation=60, rollout=20)
EVERYONE_LOOKS = "  - to: [members]\n    may: [view]\n    in: [everywhere]\n"
FEW_LOOK = """\
  - to: ["group:developers", "group:approvers"]
    may: [view]
    in: [everywhere]
"""
GLASS = "    may: [sync, rollback, freeze, lock, logs, deploy, break-glass]"


def catalog(changes: Mapping[str, str] | None = None) -> str:
    """The platform's catalog, changed; developers may ask for production by it."""
    return platform(changes or {})


def production(
    directory: Path, *, catalog: str = "", in_order: bool = False, **more: Any
) -> AbstractAsyncContextManager[Story]:
    """A story whose people ask for things in production; of most what they ask for need not have
    run in staging before, unless all goes `in_order`.
    """
    text = catalog or platform({})
    if not in_order:
        text = text.replace(IN_ORDER, OUT_OF_ORDER)
    return story(directory, catalog=text, **more)


class InWorld(Protocol):
    """A story of any kind."""

    @property
    def world(self) -> World:
        """Where it is told."""
        ...


def release(scene: InWorld, back: int = 0) -> str:
    """The images of develop's newest commit, or one so many before it, get a release's tag."""
    history = scene.world.github.history
    commit = history.line(history.branches["develop"])[-1 - back]
    scene.world.registry.add_build(commit, released=True)
    scene.world.github.set_checks(commit, {"build": "success", "test": "success"})
    return f"v{commit.at:%Y%m%d}-{commit.short}"


async def asks(scene: Story, person: Person | None = None, words: str = "") -> Card:
    """Somebody asks for the release in production; the card once it can be decided on."""
    tag = release(scene)
    await (person or scene.developer).types(f"/deploy production {tag}{words}", "#production")
    card = await scene.card(channel="#production")
    await card.shows("Waiting", "Approve")
    return card


def time_passes(scene: InWorld, hours: float) -> None:
    """The clock that everything in the story shares jumps ahead."""
    clock = scene.world.clock
    if isinstance(clock, LeapingClock):
        clock.pass_by(hours * 3600)
    elif isinstance(clock, FastClock):
        clock.epoch -= hours * 3600 / (clock.speed - 1)


def operations(scene: Story) -> int:
    """How often production was asked to sync."""
    return len([o for o in scene.operations("link-app-production") if o.infos])
