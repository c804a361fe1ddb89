"""The rules on paper: what goes next, how fast, and what fits."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.notifications.delivery import Delivery
from bot.notifications.fitting import fitted
from bot.notifications.limits import Bucket
from bot.notifications.order import next_due
from bot.notifications.owed import Owed
from bot.views.message import Message
from integrations.slack import Posted


def delivery(key: str, at: float, *, urgent: bool = False, thread_of: str = "") -> Delivery:
    owed = Owed(key, "#c", Message(key), thread_of=thread_of, urgent=urgent)
    return Delivery(key, "#c", thread_of).want(owed, at)


def chosen(*waiting: Delivery, free_at: float = 0.0) -> str | float:
    known = {one.key: one for one in waiting}
    coming = next_due(waiting, known, lambda _: free_at, now=10.0)
    return coming.delivery.key if coming.delivery else coming.at


def test_who_waits_longest_goes_first_unless_something_is_urgent() -> None:
    assert chosen(delivery("b", 2), delivery("a", 1)) == "a"
    assert chosen(delivery("a", 1), delivery("b", 2, urgent=True)) == "b"
    assert (
        chosen(delivery("a", 1), delivery("b", 2), delivery("c", 3, urgent=True, thread_of="b"))
        == "b"
    )


def test_an_urgent_reply_takes_those_before_it_along_and_overtakes_no_one_of_its_thread() -> None:
    card = delivery("card", 0).begin(0).arrived(Posted("C1", "1.0"), "", 0)
    stage = delivery("stage", 2, thread_of="card")
    end = delivery("end", 3, thread_of="card", urgent=True)
    known = {one.key: one for one in (card, stage, end)}

    coming = next_due([delivery("other", 1), stage, end], known, lambda _: 0.0, now=10.0)

    assert coming.delivery == stage


def test_an_end_is_told_once_its_card_shows_it() -> None:
    shown = delivery("card", 0).begin(0).arrived(Posted("C1", "1.0"), "", 0)
    end = delivery("end", 3, thread_of="card", urgent=True)
    there = shown.arrived(Posted("C1", "1.0"), shown.wanted, 4)

    for card, first in ((shown, None), (there, end), (shown.held_up("gone", 9, stuck=True), end)):
        waiting = [each for each in (card, end) if each.waits]
        coming = next_due(waiting, {"card": card, "end": end}, lambda d: d.not_before, now=1.0)
        assert coming.delivery == first


def test_a_reply_without_its_card_does_not_go() -> None:
    assert chosen(delivery("reply", 1, thread_of="card")) == math.inf


def test_when_nothing_may_go_yet_the_time_is_told() -> None:
    assert chosen(delivery("a", 1), free_at=12.5) == 12.5
    assert chosen() == math.inf


def test_wanting_back_what_slack_already_shows_leaves_nothing_to_do() -> None:
    shown = delivery("card", 1).begin(2).arrived(Posted("C1", "1.0"), "", 3)
    now_shown = shown.arrived(Posted("C1", "1.0"), shown.wanted, 4)
    assert not now_shown.waits
    assert now_shown.message is None
    changed = now_shown.want(Owed("card", "#c", Message("else")), 5)
    assert changed.waits
    assert not changed.want(Owed("card", "#c", Message("card")), 6).waits


def test_what_changed_while_it_was_on_its_way_goes_again() -> None:
    sent = delivery("card", 1).begin(2)
    changed = sent.want(Owed("card", "#c", Message("newer")), 3)
    arrived = changed.arrived(Posted("C1", "1.0"), sent.wanted, 4)
    assert arrived.waits
    assert arrived.message == Message("newer")
    assert arrived.owed_at == 4  # behind those who have not had a turn


@settings(max_examples=30)
@given(st.lists(st.floats(0, 5), min_size=60, max_size=120))
def test_a_bucket_never_lets_more_than_its_limit_into_any_minute(pauses: list[float]) -> None:
    bucket, now, went = Bucket(45, 3), 1000.0, []
    for pause in pauses:
        now = max(now + pause, bucket.free_at())
        bucket.take(now)
        went.append(now)
    for first in went:
        assert sum(first <= moment < first + 60 for moment in went) <= 48


@given(st.text(alphabet="ab <>&;|\n", max_size=9000), st.sampled_from(["", "invalid_blocks"]))
def test_every_text_fits_and_no_markup_is_cut_in_half(text: str, refused: str) -> None:
    shown = fitted(Message(text), refused).text
    assert len(shown) <= 4000
    assert refused in shown


def test_a_link_or_an_entity_at_the_edge_is_left_out_whole() -> None:
    link = fitted(Message("x" * 3980 + "<https://argocd.example/a|app>" + "y" * 99)).text
    entity = fitted(Message("x" * 3989 + "&amp;" + "y" * 99)).text
    assert link == "x" * 3980 + " … (cut)"
    assert entity == "x" * 3989 + " … (cut)"
