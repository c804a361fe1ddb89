"""What heads that others have kept say of a record."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.audit.heads import contradictions
from bot.audit.proof import prove
from bot.audit.witnesses import from_slack
from bot.store import Chain, Head, NewEvent, Store, head_text, read_head
from integrations.clock import SystemClock
from integrations.errors import Unreachable
from tests.bot.deployments.histories import T0

A, B, C = "a" * 64, "b" * 64, "c" * 64


def said(chain: Chain, *heads: Head) -> list[str]:
    return [fault.why for fault in contradictions(chain, heads)]


def test_a_head_is_read_as_it_is_written() -> None:
    assert read_head(head_text(12, A), "commit 1") == Head(12, A, "commit 1")
    assert read_head(f" 12 {A}\n", "x") == Head(12, A, "x")


@pytest.mark.parametrize(
    "text",
    ["", "12", A, f"-1 {A}", f"12 {A[:-1]}", f"12 {A.upper()}", f"12  {A}", f"{'9' * 16} {A}"],
)
def test_anything_else_is_no_head(text: str) -> None:
    assert read_head(text, "commit 1") is None


def test_heads_that_fit_say_nothing() -> None:
    chain = Chain(9, C, hashes={5: A, 9: C})
    assert said(chain, Head(5, A, "x"), Head(9, C, "y"), Head(0, "0" * 64, "before all")) == []


def test_a_record_that_is_shorter_than_a_head_was_cut() -> None:
    chain = Chain(9, C, hashes={5: A})
    assert said(chain, Head(12, B, "commit 1"), Head(5, A, "x"), Head(10, B, "commit 2")) == [
        (
            "the record ends at position 9, but commit 1 names position 12: "
            "at least 3 events at its end are missing"
        )
    ]


def test_one_lost_event_is_one() -> None:
    (why,) = said(Chain(9, C), Head(10, B, "commit 2"))
    assert why.endswith("at least 1 event at its end is missing")


def test_a_record_that_was_written_anew_contradicts_every_head() -> None:
    chain = Chain(9, C, hashes={2: B, 5: C})
    assert said(chain, Head(5, A, "commit 2"), Head(2, A, "commit 1")) == [
        "the event at position 2 is not the one that commit 1 names",
        "the event at position 5 is not the one that commit 2 names",
    ]


def test_an_empty_record_has_lost_everything() -> None:
    (fault,) = contradictions(Chain(0, "0" * 64), [Head(4, A, "commit 1")])
    assert fault.position == 1


class Channel:
    """Keys of posts, as Slack tells them."""

    async def keys(self, channel: str, prefix: str, *, since: datetime) -> list[str]:
        del channel, since
        return [f"{prefix}2026-W47 12 {A}", f"{prefix}2026-W46", f"{prefix}2026-W45 x {A}"]


async def test_a_weekly_digest_is_a_witness_by_its_key() -> None:
    assert await from_slack(Channel(), "#production", T0) == [
        Head(12, A, "the weekly digest 2026-W47")
    ]


async def test_a_record_that_a_digest_contradicts_is_not_proven(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "shipmate.db", SystemClock())
    await store.append("deployment/1", 0, [NewEvent("Step", {})])
    await store.close()

    async def slack() -> list[Head]:
        return [Head(1, A, "the weekly digest 2026-W47")]

    async def away() -> list[Head]:
        raise Unreachable("Slack", "It did not answer.")

    shown = await prove(tmp_path / "shipmate.db", {"Slack": slack})
    assert [fault.why for fault in shown.faults] == [
        "the event at position 1 is not the one that the weekly digest 2026-W47 names"
    ]
    shown = await prove(tmp_path / "shipmate.db", {"Slack": away})
    assert (shown.faults, shown.holds) == ((), False)
    assert shown.unheard == ("Slack: It did not answer.",)
