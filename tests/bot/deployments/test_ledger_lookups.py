"""What the ledger finds: the newest, rollbacks, who is in the way, and whose turn it is."""

from __future__ import annotations

import pytest

from bot.deployments.events import (
    DeploymentEnded,
    DeploymentStarted,
    Outcome,
)
from bot.deployments.ledger import Ledger
from bot.errors import NotKnown
from bot.store import Store
from integrations.clock import SystemClock
from tests.bot.deployments.histories import DANA, OLU, History, asked, asked_to_sync, at
from tests.bot.deployments.ledgers import tell


async def test_the_newest_of_a_scope_is_the_last_that_touches_any_of_its_applications(
    ledger: Ledger,
) -> None:
    old = await tell(ledger, asked("d1", applications=["a", "b"]))
    assert ledger.is_newest(old)
    await tell(ledger, asked("d2", applications=["c"]))
    assert ledger.is_newest(old)
    await tell(ledger, asked("d3", applications=["b"]))
    assert not ledger.is_newest(old)


async def test_a_dry_run_is_nobodys_newer_deployment(ledger: Ledger) -> None:
    old = await tell(ledger, asked("d1").found().started().over(Outcome.FAILED))
    await tell(ledger, asked_to_sync("d2", dry_run=True))

    assert ledger.is_newest(old)
    assert not list(ledger.later_than(old))


async def test_what_began_last_is_the_newest_of_its_scope_whenever_it_was_asked_for(
    ledger: Ledger, store: Store
) -> None:
    waited = asked("d1", needs_approval=True).found()
    await tell(ledger, waited)
    went_past = await tell(ledger, asked("d2", begins=20).found().started().over(Outcome.FAILED))
    assert ledger.is_newest(went_past)
    for event in History(begins=60).started().over(Outcome.FAILED).events:
        await ledger.record("d1", lambda _, event=event: [event])  # type: ignore[misc]  # bound now
    again = Ledger(store, SystemClock())
    await again.load()

    for one in (ledger, again):
        assert one.is_newest(one.get("d1"))
        assert [each.id for each in one.later_than(one.get("d2"))] == ["d1"]
        assert [each.id for each in one.newest_of(["a"])] == ["d1", "d2"]


async def test_of_two_at_the_same_moment_the_one_asked_for_later_is_newer(ledger: Ledger) -> None:
    for key in ("d2", "d1"):
        await tell(ledger, asked(key))
    assert [each.id for each in ledger.newest_of(["a"])] == ["d1", "d2"]
    for key in ("d1", "d2"):
        await ledger.record(key, lambda _: [DeploymentStarted(at=at(20))])

    assert [each.id for each in ledger.newest_of(["a"])] == ["d1", "d2"]


async def test_what_was_cancelled_or_refused_before_it_began_can_be_retried_and_nothing_older(
    ledger: Ledger,
) -> None:
    bad = await tell(ledger, asked("d1").found().started().over(Outcome.FAILED))
    for key, outcome in (("d2", Outcome.CANCELLED), ("d3", Outcome.FAILED)):
        latest = await tell(ledger, asked(key, begins=20).found().over(outcome))

        assert ledger.is_newest(latest)
        assert not ledger.is_newest(bad)


async def test_what_gave_way_before_it_began_is_nobodys_newer_deployment(ledger: Ledger) -> None:
    bad = await tell(ledger, asked("d1").found().started().over(Outcome.FAILED))
    for key, outcome in (("d2", Outcome.REJECTED), ("d3", Outcome.EXPIRED)):
        await tell(ledger, asked(key, begins=20, needs_approval=True).found())
        assert not ledger.is_newest(bad)
        over = DeploymentEnded(at=at(40), outcome=outcome)
        await ledger.record(key, lambda _, over=over: [over])  # type: ignore[misc]  # bound now

        assert ledger.is_newest(bad)


async def test_one_that_shares_several_applications_is_told_once_in_its_place(
    ledger: Ledger,
) -> None:
    both = asked("d1", applications=["a", "b"]).found()
    old = await tell(ledger, both)
    await tell(ledger, asked("d2", applications=["b"], begins=10))
    await tell(ledger, asked("d3", applications=["a", "b"], begins=20))
    await tell(ledger, asked("d4", applications=["a"], begins=30))

    assert [each.id for each in ledger.later_than(old)] == ["d4", "d3", "d2"]


async def test_who_waits_or_changed_nothing_has_not_gone_on_from_there(ledger: Ledger) -> None:
    bad = await tell(ledger, asked("d1").found().started().over(Outcome.FAILED))
    await tell(ledger, asked("d2", begins=20, needs_approval=True).found())
    await tell(ledger, asked("d0", begins=25).found().started().over(Outcome.FAILED))
    assert not ledger.is_left_behind(bad)
    assert ledger.left_by(["a"]) == ""
    wrote = asked("d3", begins=30).found().started().planned(["a"]).intended().committed()
    await tell(ledger, wrote)
    assert ledger.is_left_behind(bad)
    assert ledger.left_by(["a"]) == "d3"


async def test_what_ended_lately_is_found_by_its_end_the_last_first(
    ledger: Ledger, store: Store
) -> None:
    for key in ("d1", "d2", "d3", "d4"):
        await tell(ledger, asked(key))
    for key, seconds in (("d2", 10), ("d3", 20), ("d1", 30)):
        over = DeploymentEnded(at=at(seconds), outcome=Outcome.FAILED)
        await ledger.record(key, lambda _, over=over: [over])  # type: ignore[misc]  # bound now
    again = Ledger(store, SystemClock())
    await again.load()

    for one in (ledger, again):
        assert [each.id for each in one.ended_since(at(20))] == ["d1", "d3"]
        assert one.ended_since(at(31)) == []


async def test_what_was_asked_for_last_is_found_behind_however_many_others(ledger: Ledger) -> None:
    for key in ("d1", "d2"):
        await tell(ledger, asked(key, applications=["redis"]).over(Outcome.CANCELLED))
    for number in range(120):
        await tell(ledger, asked(f"x{number}", applications=["a"]))

    assert ledger.asked_last(["redis", "kong"]) == "d2"
    assert ledger.asked_last(["kong"]) == ""


async def test_rollbacks_are_found_by_their_environment_newest_first(
    ledger: Ledger, store: Store
) -> None:
    for key, environment in (("d1", "production"), ("d3", "staging"), ("d4", "production")):
        await tell(ledger, asked(key, purpose="rollback", environment=environment))
    await tell(ledger, asked("d5", environment="production"))
    again = Ledger(store, SystemClock())
    await again.load()
    for one in (ledger, again):
        assert [each.id for each in one.rollbacks("production")] == ["d4", "d1"]
        assert not list(one.rollbacks("dev"))


async def test_an_environments_newest_are_found_however_often_they_change(
    ledger: Ledger, store: Store
) -> None:
    for key, environment in (("d1", "production"), ("d2", "staging"), ("d3", "production")):
        await tell(ledger, asked(key, environment=environment))
    await ledger.record("d1", lambda _: [DeploymentEnded(at=at(9), outcome=Outcome.CANCELLED)])
    again = Ledger(store, SystemClock())
    await again.load()
    for one in (ledger, again):
        assert [each.id for each in one.newest("production")] == ["d3", "d1"]
        assert [each.id for each in one.newest("production", limit=1)] == ["d3"]
        assert one.newest("dev") == []
        assert [each.id for each in one.newest()] == ["d3", "d2", "d1"]
        assert one.newest("production")[1].ended is not None


async def test_what_waits_for_something_itself_is_in_nobodys_way(ledger: Ledger) -> None:
    await tell(ledger, asked("d1").found())
    await tell(ledger, asked("d2").found().started())
    await tell(ledger, asked("d3", when_green=7))
    await tell(ledger, asked("d4", when_ready=True).found())
    await tell(ledger, asked("d5", needs_approval=True).found())
    await tell(ledger, asked("d6").over(Outcome.CANCELLED))
    here = ledger.get("d1").request.applications

    assert [each.id for each in ledger.in_the_way(here)] == ["d1", "d2"]
    assert not ledger.in_the_way(["kong"])


async def test_those_behind_are_told_so_and_have_not_started(ledger: Ledger) -> None:
    bad = await tell(ledger, asked("d1").found().started().over(Outcome.FAILED))
    await tell(ledger, asked("d2").found().queued("d1"))
    await tell(ledger, asked("d3").found().queued("d2").held("d1"))
    await tell(ledger, asked("d4").found().queued("d1").started())
    await tell(ledger, asked("d5").found().queued("d4"))

    assert [waiting.id for waiting in ledger.behind(bad)] == ["d2", "d3"]


async def test_a_person_has_as_many_waiting_as_have_neither_begun_nor_ended(
    ledger: Ledger,
) -> None:
    await tell(ledger, asked("d1"))
    await tell(ledger, asked("d2").found().started())
    await tell(ledger, asked("d3").over(Outcome.CANCELLED))
    await tell(ledger, asked("d4", actor=OLU))

    assert ledger.count_queued(DANA.subject) == 1
    assert ledger.count_queued(OLU.subject) == 1
    assert ledger.count_queued("slack:U0NOBODY") == 0


async def test_a_deployment_is_found_by_an_unambiguous_beginning_of_its_id(
    ledger: Ledger,
) -> None:
    for key in ("dabc1", "dabd2", "dx"):
        await tell(ledger, asked(key))

    assert ledger.get("dabc").id == "dabc1"
    for wrong, near in (("dab", ("dabc1", "dabd2")), ("zzz", ()), ("dxy", ("dx",))):
        with pytest.raises(NotKnown) as refused:
            ledger.get(wrong)
        assert refused.value.near == near
