"""A card that is the newest of its scope no more is rendered anew, and once it is so again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.access import Actor
from bot.catalog import parse
from bot.deployments.events import (
    AppOutcome,
    ApprovalLapsed,
    DeploymentEnded,
    DeploymentStarted,
    Outcome,
)
from tests.bot.deployments.histories import DANA, PIPELINE, History, asked, asked_to_sync, at
from tests.bot.notifications.room import Room, opened
from tests.scenarios.story import platform


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with opened(tmp_path / "shipmate.db", parse(platform({}))) as room:
        yield room


def failed(key: str, begins: float = 0) -> History:
    """It was committed, and its sync failed."""
    story = asked(key, begins=begins).found().started().planned(["a"]).intended().committed().wave()
    return story.syncing("a").ended("a", AppOutcome.FAILED).over(Outcome.FAILED)


async def test_a_yes_that_lapses_gives_the_buttons_back_that_its_start_took(room: Room) -> None:
    await room.has_happened(failed("d1"))
    assert "Retry starts it over" in room.renders()["d1"]
    await room.has_happened(asked("d2", begins=20, needs_approval=True).found())
    assert "Retry" not in room.renders()["d1"]
    await room.happens("d2", DeploymentStarted(at=at(40)))
    room.renders()

    await room.happens("d2", ApprovalLapsed(at=at(41), why="Others committed meanwhile."))
    assert "d1" in room.renders()

    await room.happens("d2", DeploymentEnded(at=at(50), outcome=Outcome.REJECTED))
    assert "Retry starts it over" in room.renders()["d1"]


async def test_what_came_to_nothing_lets_the_card_before_it_be_seen_to(room: Room) -> None:
    await room.has_happened(failed("d1"))
    refused = asked("d2", begins=20).found().started().over(Outcome.FAILED)
    await room.has_happened(refused)
    await room.has_happened(asked_to_sync("dry", begins=25, dry_run=True).over())
    room.renders()

    await room.has_happened(asked("d3", begins=30))
    assert {"d1", "d2", "d3"} <= room.renders().keys()


async def test_nobody_looks_behind_the_last_that_has_gone_on(room: Room) -> None:
    await room.has_happened(failed("d1"))
    await room.has_happened(failed("d2", begins=20))
    room.renders()

    await room.has_happened(asked("d3", begins=40))
    assert room.renders().keys() == {"d2", "d3"}


@pytest.mark.parametrize(("by", "again"), [(DANA, {"d1"}), (PIPELINE, set[str]())])
async def test_the_address_of_another_card_is_waited_for_where_there_will_be_one(
    room: Room, by: Actor, again: set[str]
) -> None:
    """What a pipeline deploys to dev has no card as long as it goes well."""
    room.shelf.unposted = {"d2"}
    for key, begins, actor in (("d1", 0, DANA), ("d2", 20, by)):
        story = asked(key, begins=begins, actor=actor, environment="dev").found().started()
        await room.has_happened(story.planned(["a"]).intended().committed().wave().well("a").over())
    assert "Newer: " in room.renders()["d1"]

    room.announcer.look_for_links()
    assert room.renders().keys() == again
