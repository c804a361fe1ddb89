"""What a week's digest tells, and of which week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.audit.digest import Digest, digest
from bot.audit.entries import Entry, entry
from bot.audit.week import Week, last_week
from bot.store import Recorded
from bot.views.digest import weekly
from tests.bot.views.hostile import assert_fits, every_text

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
WEEK = Week("2026-W47", MONDAY - timedelta(days=7), MONDAY)
HEAD = f"12 {'a' * 64}"


@pytest.mark.parametrize(
    ("now", "name"),
    [
        (MONDAY, "2026-W47"),
        (MONDAY - timedelta(seconds=1), "2026-W46"),
        (MONDAY + timedelta(days=6, hours=23), "2026-W47"),
        (datetime(2027, 1, 4, 8, tzinfo=UTC), "2026-W53"),
        (datetime(2027, 1, 11, 8, tzinfo=UTC), "2027-W01"),
    ],
)
def test_the_last_week_is_over(now: datetime, name: str) -> None:
    week = last_week(now)
    assert week.name == name
    assert week.ends <= now < week.ends + timedelta(days=7)
    assert (week.begins.weekday(), week.begins.hour) == (0, 8)
    assert week.holds(week.begins)
    assert not week.holds(week.ends)


class Told:
    """Events of a week, an hour apart."""

    def __init__(self) -> None:
        self.pairs: list[tuple[Recorded, Entry]] = []
        self.begun: dict[str, dict[str, Any]] = {}

    def tell(self, stream: str, happened: str, /, at: datetime | None = None, **data: Any) -> None:
        n = len(self.pairs) + 1
        if happened == "DeploymentRequested":
            self.begun[stream] = data
        event = Recorded(
            n, stream, n, at or WEEK.begins + timedelta(hours=n), happened, data,
            "slack:U0DANA", "slack", "", "",
        )  # fmt: skip
        self.pairs.append((event, entry(event, self.begun.get(stream))))

    def deploys(self, key: str, environment: str = "production", **data: Any) -> None:
        stream = f"deployment/{key}"
        self.tell(stream, "DeploymentRequested", environment=environment, tag="v1", **data)
        self.tell(stream, "DeploymentEnded", outcome="Succeeded", message="Well.")

    def digest(self, *awaiting: str) -> Digest:
        return digest(WEEK, self.pairs, frozenset({"production"}), frozenset(awaiting))


def test_a_week_without_anything_is_empty() -> None:
    told = Told()
    told.deploys("d1", "staging")
    told.tell("request/x", "RequestAnswered", words="where", result="ok")
    assert told.digest().is_empty


def test_production_changes_carry_their_ends() -> None:
    told = Told()
    told.deploys("d1")
    told.deploys("d2", "staging")
    (line,) = told.digest().changes
    assert (line.deployment, line.outcome, line.what) == ("d1", "Succeeded", "deploy production v1")


def test_what_went_past_the_rules_is_told_apart() -> None:
    told = Told()
    told.deploys("d1", override_checks=True)
    told.deploys("d2", break_glass=True)
    told.deploys("d3", purpose="rollback")
    told.tell("deployment/d1", "Approved", override="the author is away")
    told.tell("request/x", "RequestAnswered", words="deploy production", result="refused")
    told.tell("request/x", "RequestAnswered", words="deploy production", result="usage")
    found = told.digest("d2")
    assert [line.deployment for line in found.break_glass] == ["d2"]
    assert [line.deployment for line in found.rollbacks] == ["d3"]
    assert [line.kind for line in found.overrides] == ["DeploymentRequested", "Approved"]
    assert [line.what for line in found.refusals] == ["deploy production"]
    assert [line.deployment for line in found.unreviewed] == ["d2"]


def test_what_nobody_has_reviewed_stays_however_old_it_is() -> None:
    told = Told()
    long_ago = WEEK.begins - timedelta(days=60)
    told.tell(
        "deployment/d1", "DeploymentRequested", at=long_ago, environment="production", tag="v1"
    )
    found = told.digest("d1")
    assert not found.is_empty
    assert (found.changes, len(found.unreviewed)) == ((), 1)


def test_what_began_after_the_week_waits_for_its_own_digest() -> None:
    told = Told()
    today = WEEK.ends + timedelta(days=3)
    told.tell("deployment/d1", "DeploymentRequested", at=today, environment="production", tag="v1")
    assert told.digest("d1").is_empty


def test_the_next_week_is_not_told_yet() -> None:
    told = Told()
    told.tell("deployment/d1", "DeploymentRequested", at=WEEK.ends, environment="production")
    assert told.digest().is_empty


def test_the_message_counts_everything_and_names_the_head() -> None:
    told = Told()
    for number in range(30):
        told.deploys(f"d{number}", break_glass=number == 0, reason="<!channel> & more")
    for _ in range(3):
        told.tell("request/x", "RequestAnswered", words="deploy production", result="refused")
    message = weekly(told.digest("d0"), HEAD, {"d1": "https://link.slack.com/archives/C1/p1"})
    assert_fits(message)
    text = every_text(message)
    for part in (
        (
            "The week 2026-W47 in production: 30 changes, 3 refusals, 1 break-glass deployment and "
            "1 not reviewed yet."
        ),
        "Not reviewed yet* (1)",
        "Changes* (30)",
        "… and 18 more",
        "`deploy production` · 3 times",
        f"Head of the record: `{HEAD}`",
    ):
        assert part in text
    assert "<!channel>" not in text
