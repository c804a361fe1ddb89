"""The bot dies at every single call between a decision and its end: nothing is lost or done twice.

Each story dies at one call further on, before it goes out or before its answer is known, until
the end is reached without a death.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.proofs.law import Law
from tests.proofs.repository import TAGS
from tests.proofs.stage import Stage, person

pytestmark = pytest.mark.timeout(300)

MOST_CALLS = 150


class Play:
    """One stage with its law, and a deployment that Dana asked for."""

    def __init__(self, quorum: str = "") -> None:
        self.stage = Stage(quorum=quorum)
        self.law = Law(self.stage, 1)
        self.stage.passes(2)
        self.ask("dana", f"deploy production {TAGS[0]}")
        self.stage.passes(2)

    @property
    def key(self) -> str:
        """The newest deployment."""
        return list(self.law.cases)[-1]

    @property
    def ends(self) -> list[str]:
        """How each ended, "" for those under way."""
        return [case.ended for case in self.law.cases.values()]

    def ask(self, who: str, words: str) -> bool:
        """Whether it was answered, with anything but a refusal."""
        answer = self.stage.run(self.stage.asks(person(who), words))
        return answer is not None and answer.error is None

    def approve(self, who: str = "pat") -> bool:
        """Whether the yes was answered."""
        digest = self.law.cases[self.key].askings[-1].digest
        said = self.law.says(self.key, person(who), digest, yes=True, override=False)
        told = self.ask(who, f"approve {self.key} --plan {digest} --yes")
        if told:
            self.law.is_told(self.key, said)
        return told

    def approvals(self) -> int:
        """How often the newest deployment was approved, by the record."""
        stream = self.stage.record.streams[f"deployment/{self.key}"]
        return sum(each.type == "Approved" for each in stream)


def dying_ever_later(
    away: float, act: Callable[[Play], object], then: Callable[[Play], None]
) -> int:
    """Tell the story with every death that there is; how many there are."""
    for calls in range(1, MOST_CALLS):
        play = Play()
        act(play)
        play.stage.line.dies_in, play.stage.away = calls, away
        then(play)
        assert not play.law.broken, (calls, play.law.broken)
        lives_on = play.stage.line.dies_in > 0
        play.stage.close()
        if lives_on:
            return calls
    raise AssertionError("it never came to an end without a death")


def test_an_approval_is_neither_lost_nor_carried_out_twice() -> None:
    def approves(play: Play) -> None:
        if not play.approve():
            play.approve()  # they saw no answer
        play.stage.passes(20)
        assert play.approvals() == 1
        assert play.ends == ["Succeeded"]
        assert (play.law.seen["commit"], len(play.stage.argocd.asked)) == (1, 1)

    assert dying_ever_later(1, lambda _: None, approves) > 20


def test_what_was_approved_too_long_ago_is_asked_for_anew() -> None:
    def approves(play: Play) -> None:
        play.approve()
        play.stage.passes(20)
        if play.ends == [""] and play.law.cases[play.key].askings:
            play.approve("amir")
            play.stage.passes(20)
        assert play.ends == ["Succeeded"]
        assert (play.law.seen["commit"], len(play.stage.argocd.asked)) == (1, 1)

    dying_ever_later(400, lambda _: None, approves)


def test_who_lost_the_right_meanwhile_has_not_approved() -> None:
    def approves(play: Play) -> None:
        play.approve()
        play.stage.slack.leaves("approvers", "U0PAT")
        play.stage.passes(20)

    dying_ever_later(100, lambda _: None, approves)


def test_who_left_the_group_of_which_one_must_approve_stands_for_it_no_more() -> None:
    play = Play(quorum="oncall")
    play.stage.slack.joins("oncall", "U0PAT")
    play.stage.passes(130)
    play.stage.dies(100_000)  # a day later: nobody decides as a newcomer
    play.ask("dana", f"deploy production {TAGS[0]}")
    play.stage.passes(2)
    play.stage.line.dies_in, play.stage.away = 12, 100
    assert play.approve()
    play.stage.slack.leaves("oncall", "U0PAT")
    play.stage.passes(20)
    assert play.law.seen["lapsed"] == 1
    assert not play.stage.argocd.asked
