from __future__ import annotations

from integrations.backoff import Backoff


def test_waits_double_up_to_the_longest() -> None:
    backoff = Backoff(1, 5, dice=lambda: 0)
    assert [backoff.next() for _ in range(5)] == [1, 2, 4, 5, 5]


def test_dice_cut_at_most_half_of_a_wait() -> None:
    assert Backoff(8, 60, dice=lambda: 1).next() == 4


def test_after_success_waits_begin_anew() -> None:
    backoff = Backoff(1, 60, dice=lambda: 0)
    backoff.next()
    backoff.next()
    backoff.reset()
    assert backoff.next() == 1
