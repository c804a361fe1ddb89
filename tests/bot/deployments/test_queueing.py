"""Whose turn it is when deployments want the same applications."""

from __future__ import annotations

from bot.deployments.actions import HoldQueue, JoinQueue, Rest, Start
from bot.deployments.decide import decide
from bot.deployments.events import Outcome
from tests.bot.deployments.histories import History, asked


def ready(key: str, *applications: str, begins: float = 0) -> History:
    """A deployment that knows its tag and could start."""
    return asked(key, applications=applications or ("a",), begins=begins).found()


def running(key: str, *applications: str, begins: float = 0) -> History:
    return ready(key, *applications, begins=begins).started()


def failed(key: str, *applications: str, begins: float = 0) -> History:
    began = running(key, *applications, begins=begins)
    return began.planned(applications or ("a",)).intended().over(Outcome.FAILED)


def refused(key: str) -> History:
    """It began, and a gate was closed: nothing was written."""
    return running(key).over(Outcome.FAILED)


def next_of(history: History, *ahead: History) -> object:
    return decide(history.deployment, [other.deployment for other in ahead])


def test_it_starts_when_nobody_is_ahead() -> None:
    assert next_of(ready("d2")) == Start()


def test_it_queues_once_behind_all_that_are_ahead_and_names_what_they_share() -> None:
    first, second = running("d0", "a", "b"), ready("d1", "b", "c")
    mine = ready("d2", "b", "c", "d")
    assert next_of(mine, first, second) == JoinQueue(("d0", "d1"), ("b", "c"))

    mine.queued("d0", "d1")

    assert next_of(mine, first, second) == Rest()
    assert next_of(mine, second) == Rest()


def test_one_more_ahead_is_told_too() -> None:
    mine = ready("d2").queued("d0")

    assert next_of(mine, running("d0"), ready("d1")) == JoinQueue(("d0", "d1"), ("a",))


def test_it_starts_when_those_ahead_came_to_a_good_end() -> None:
    mine = ready("d2").queued("d0", "d1")
    done = running("d0").over(Outcome.SUCCEEDED)

    assert next_of(mine, done, running("d1")) == Rest()
    assert next_of(mine, done, running("d1").over(Outcome.SUPERSEDED)) == Start()


def test_after_a_failure_ahead_it_is_held_once_until_a_person_says_go_on() -> None:
    bad = failed("d0")
    mine = ready("d2", begins=10).queued("d0")
    assert next_of(mine, bad) == HoldQueue("d0", "Failed")
    assert next_of(mine.held("d0"), bad) == Rest()
    assert next_of(mine.resumed(), bad) == Start()


def test_all_that_wait_are_held_at_once_not_one_after_the_other() -> None:
    bad, between = failed("d0"), ready("d1", begins=10).queued("d0").held("d0")
    mine = ready("d2", begins=20).queued("d0", "d1")

    assert next_of(mine, bad, between) == HoldQueue("d0", "Failed")


def test_who_is_let_go_on_passes_those_that_stay_held() -> None:
    bad, held = failed("d0"), ready("d1", begins=10).queued("d0").held("d0")
    mine = ready("d2", begins=20).queued("d0", "d1").held("d0").resumed()

    assert next_of(mine, bad, held) == Start()


def test_who_was_passed_waits_for_who_passed() -> None:
    bad, passing = failed("d0"), running("d2", begins=20)
    mine = ready("d1", begins=10).queued("d0").held("d0").resumed()

    assert next_of(mine, bad, passing) == JoinQueue(("d0", "d2"), ("a",))


def test_when_all_are_let_go_on_they_keep_their_order() -> None:
    bad, first = failed("d0"), ready("d1", begins=10).queued("d0").held("d0").resumed()
    mine = ready("d2", begins=20).queued("d0", "d1").held("d0").resumed()

    assert next_of(mine, bad, first) == Rest()


def test_a_later_success_of_the_same_applications_frees_those_behind() -> None:
    bad = failed("d0", "a", "b")
    good = running("d1", "a", "b", begins=30).over(Outcome.SUCCEEDED)
    mine = ready("d2", "b", begins=20).queued("d0", "d1").held("d0")

    assert next_of(mine, bad, good) == Start()


def test_what_ended_without_having_changed_anything_holds_nobody() -> None:
    assert next_of(ready("d2", begins=20).queued("d1"), refused("d1")) == Start()


def test_a_later_success_elsewhere_frees_nobody() -> None:
    bad, good = failed("d0", "a", "b"), running("d1", "a", begins=30).over(Outcome.SUCCEEDED)
    mine = ready("d2", "a", "b", begins=20).queued("d0", "d1").held("d0")

    assert next_of(mine, bad, good) == Rest()


def test_freed_by_a_success_and_behind_another_it_says_so() -> None:
    bad, good = failed("d0"), running("d1", begins=30).over(Outcome.SUCCEEDED)
    mine = ready("d3", begins=20).queued("d0", "d1", "d2").held("d0")

    assert next_of(mine, bad, good, ready("d2", begins=15)) == JoinQueue(("d0", "d1", "d2"), ("a",))


def test_a_failure_after_ones_word_holds_again() -> None:
    mine = ready("d2", begins=20).queued("d0", "d1").held("d0").resumed()
    second = failed("d1", begins=60)

    assert next_of(mine, failed("d0"), second) == HoldQueue("d1", "Failed")


def test_one_word_is_enough_for_all_that_failed_before_it() -> None:
    first, second = failed("d0"), failed("d1", begins=10)
    mine = ready("d2", begins=20).queued("d0", "d1").held("d1").resumed()

    assert next_of(mine, first, second) == Start()


def test_what_ended_before_it_began_holds_nobody() -> None:
    never = ready("d0").cancelled().over(Outcome.CANCELLED)

    assert next_of(ready("d2").queued("d0"), never) == Start()


def test_a_failure_that_it_did_not_wait_for_holds_nobody() -> None:
    assert next_of(ready("d2"), failed("d0")) == Start()


def test_who_waits_for_a_build_stands_in_nobodys_way() -> None:
    waiting = asked("d0", when_green=77)

    assert next_of(ready("d2"), waiting) == Start()
    assert next_of(ready("d2"), waiting.found()) == JoinQueue(("d0",), ("a",))


def test_who_comes_later_to_a_held_queue_is_held_too_and_may_go_on() -> None:
    held = ready("d1", begins=10).queued("d0").held("d0")
    mine = ready("d3", begins=50)
    assert next_of(mine, held) == HoldQueue("d0", "Failed")
    assert next_of(mine.held("d0"), held) == Rest()
    assert next_of(mine.resumed(), held) == Start()


def test_when_the_held_one_ahead_goes_on_the_later_one_waits_behind_it() -> None:
    ahead = ready("d1", begins=10).queued("d0").held("d0").resumed().started()
    mine = ready("d3", begins=50).held("d0")

    assert next_of(mine, ahead) == JoinQueue(("d1",), ("a",))
