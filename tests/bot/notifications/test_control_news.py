"""What Slack has to show of freezes, locks, pins and holds, event by event."""

from __future__ import annotations

from collections.abc import Sequence

from bot.controls.events import ControlEvent, FreezeEnded, LockAsked, LockStolen, PinNagged
from bot.controls.scopes import is_known
from bot.controls.state import Controls, after
from bot.notifications.control_news import news
from bot.notifications.owed import Owed
from tests.bot.controls.laid import HOUR, frozen, held, locked, pinned
from tests.bot.deployments.histories import DANA, OLU, at
from tests.bot.deployments.services import CATALOG


def told(events: Sequence[ControlEvent], scope: str = "staging") -> list[list[Owed]]:
    """What is owed after each event."""
    controls, owed = Controls(scope), []
    for event in events:
        before, controls = controls, after(controls, event)
        owed.append(list(news(before, controls, event, CATALOG)))
    return owed


def test_a_freeze_of_everything_is_one_message_in_each_channel_edited_at_its_end() -> None:
    begun, over = told([frozen("f1"), FreezeEnded(at=at(60), id="f1", actor=OLU)], "all")
    assert {each.channel for each in begun} == {"#deployments", "#production"}
    assert [each.key for each in begun] == [each.key for each in over]
    assert all("ended by <@U0OLU>" in each.message.text for each in over)
    assert not any(each.once for each in (*begun, *over))


def test_a_lock_that_is_taken_away_is_told_to_its_owner_in_its_thread() -> None:
    steps: list[ControlEvent] = [
        locked(DANA),
        LockAsked(at=at(1), actor=OLU),
        LockStolen(at=at(2), actor=OLU, until=at(2) + HOUR),
    ]
    _, asked, stolen = told(steps)
    assert [each.thread_of for each in asked] == ["", "lock:staging:1"]
    new, old, reply = stolen
    assert (new.key, old.key) == ("lock:staging:2", "lock:staging:1")
    assert "taken by <@U0OLU>" in old.message.text
    assert reply.thread_of == "lock:staging:1"
    assert "<@U0DANA> <@U0OLU> took the lock" in reply.message.text


def test_the_daily_word_about_a_pin_is_seen_by_the_channel() -> None:
    _, (nag,) = told([pinned("d7"), PinNagged(at=at(0) + 24 * HOUR, id="d7")])
    assert nag.thread_of == "pin:staging:d7"
    assert nag.broadcast
    assert nag.once
    assert "still pinned at `sha-0000001`, for 24 h now" in nag.message.text


def test_a_hold_is_told_in_the_thread_of_the_deployment_that_brought_it() -> None:
    ((word,),) = told([held("d3")])
    assert word.thread_of == "deployment:d3:card"


def test_an_environment_that_the_catalog_has_lost_is_not_known() -> None:
    assert is_known("staging", CATALOG)
    assert is_known("all", CATALOG)
    assert not is_known("qa", CATALOG)
