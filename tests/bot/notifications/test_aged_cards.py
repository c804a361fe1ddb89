"""A card gives its buttons to the newest of its applications, and has them back where that came to
nothing.
"""

from __future__ import annotations

from pathlib import Path

from bot.catalog import load
from bot.deployments.events import AppOutcome, Outcome
from tests.bot.deployments.histories import History, asked
from tests.bot.notifications.room import opened
from tests.scenarios.story import platform

APPLICATION = "link-app-staging"
RETRY = "Next: Retry starts it over."


def failed(key: str, *, begins: float = 0) -> History:
    story = asked(key, applications=(APPLICATION,), begins=begins)
    story.found().started().planned((APPLICATION,)).intended().committed().wave()
    story.syncing(APPLICATION).ended(APPLICATION, AppOutcome.FAILED, "no such image")
    return story.over(Outcome.FAILED)


def gave_way(key: str, *, begins: float) -> History:
    return asked(key, applications=(APPLICATION,), begins=begins).over(Outcome.EXPIRED)


async def test_an_older_card_is_shown_anew_when_another_takes_its_place(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.yaml"
    catalog.write_text(platform({}))
    async with opened(tmp_path / "shipmate.db", load(catalog)) as room:
        await room.has_happened(failed("d1"))
        assert RETRY in room.renders()["d1"]
        await room.has_happened(asked("d2", applications=(APPLICATION,), begins=100))
        assert RETRY not in room.renders()["d1"]


async def test_it_is_shown_anew_where_very_many_are_asked_for_at_once(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.yaml"
    catalog.write_text(platform({}))
    async with opened(tmp_path / "shipmate.db", load(catalog)) as room:
        await room.has_happened(failed("d1"))
        room.renders()
        for number in range(30):
            key = f"e{number}"
            await room.has_happened(asked(key, applications=(APPLICATION,), begins=100))
        assert RETRY not in room.renders()["d1"]


async def test_a_card_has_its_buttons_again_where_the_newer_one_came_to_nothing(
    tmp_path: Path,
) -> None:
    catalog = tmp_path / "catalog.yaml"
    catalog.write_text(platform({}))
    async with opened(tmp_path / "shipmate.db", load(catalog)) as room:
        await room.has_happened(failed("d1"))
        newer = gave_way("d2", begins=100)
        await room.ledger.request(newer.deployment.request)
        assert RETRY not in room.renders()["d1"]
        await room.happens("d2", newer.events[-1])
        assert RETRY in room.renders()["d1"]


async def test_a_killed_bot_shows_the_older_card_anew_in_its_next_life(tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.yaml"
    catalog.write_text(platform({}))
    async with opened(tmp_path / "shipmate.db", load(catalog)) as room:
        await room.has_happened(failed("d1"))
        room.renders()
        await room.has_happened(asked("d2", applications=(APPLICATION,), begins=3 * 3600))
        room.wall.at = room.ledger.get("d2").request.at

    async with opened(tmp_path / "shipmate.db", load(catalog)) as room:
        room.wall.at = room.ledger.get("d2").request.at
        await room.announcer.restore()
        assert RETRY not in room.renders()["d1"]
