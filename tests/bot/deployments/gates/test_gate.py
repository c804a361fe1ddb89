"""A closed gate says who opens it, when it opens by itself, and who goes through it shut."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.deployments.gates.findings import NotPermitted
from bot.deployments.gates.gate import Bypass, Gate, GateName
from bot.deployments.gates.span import lasted, span
from bot.deployments.gates.wording import opening
from bot.views.plan import gate_lines
from tests.bot.deployments.histories import at

NOW = at(0)
FROZEN = Gate(GateName.FREEZE, NotPermitted("Frozen.", ""), NOW + timedelta(hours=2))
APPROVAL = Gate(
    GateName.APPROVAL, NotPermitted("Needs it.", "Ask."), passed_by=frozenset({Bypass.BREAK_GLASS})
)  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "1 min"),
        (61, "2 min"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (7200.4, "2 h"),
        (7201.5, "2 h 1 min"),
        (260_000, "3 days"),
    ],
)
def test_a_span_is_never_told_shorter_than_it_is_but_for_the_reading_of_clocks(
    seconds: float, said: str
) -> None:
    assert span(NOW, NOW + timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (2, "less than a minute"),
        (59.5, "1 min"),
        (599, "9 min"),
        (600, "10 min"),
        (7500, "2 h 5 min"),
    ],
)
def test_what_holds_is_never_told_to_have_held_for_longer(seconds: float, said: str) -> None:
    assert lasted(timedelta(seconds=seconds)) == said


def test_a_gate_that_opens_by_itself_says_when_and_how_long_that_is() -> None:
    assert opening(FROZEN, NOW).endswith(" UTC (in 2 h).")
    assert opening(FROZEN, NOW).startswith("It opens by itself at ")
    (line,) = gate_lines([FROZEN], NOW, "deploy")
    assert "It opens by itself <!date^" in line
    assert "(in 2 h)" in line


def test_a_gate_without_a_time_only_says_who_opens_it() -> None:
    assert opening(APPROVAL, NOW) == "Ask."
    assert gate_lines([APPROVAL], NOW, "deploy") == ["⛔ *approval*: Needs it. Ask."]
