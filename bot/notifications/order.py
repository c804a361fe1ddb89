"""Which delivery goes next, or when to look again (pure)."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from bot.notifications.delivery import Delivery


@dataclass(frozen=True, slots=True)
class Next:
    """The delivery that goes now; without one, the time at which one may (infinity: none waits)."""

    delivery: Delivery | None
    at: float = math.inf


def next_due(
    waiting: Collection[Delivery],
    known: Mapping[str, Delivery],
    free_at: Callable[[Delivery], float],
    now: float,
) -> Next:
    """Urgent before the rest, then whoever has waited longest.

    A channel that may not be posted to yet is passed over, so it holds nobody up. A reply waits
    for its card, an urgent one until the card is as it should be; what an urgent reply waits
    for, the card and the replies before it, is urgent.
    """
    urged = {delivery.thread_of for delivery in waiting if delivery.urgent and delivery.thread_of}
    soonest = math.inf
    best: tuple[bool, float] | None = None
    chosen: Delivery | None = None
    for delivery in waiting:
        if not _thread_is_there(delivery, known):
            continue
        at = free_at(delivery)
        if at > now:
            soonest = min(soonest, at)
            continue
        in_haste = delivery.urgent or delivery.key in urged or delivery.thread_of in urged
        rank = (not in_haste, delivery.owed_at)
        if best is None or rank < best:
            best, chosen = rank, delivery
    return Next(chosen, now if chosen else soonest)


def _thread_is_there(delivery: Delivery, known: Mapping[str, Delivery]) -> bool:
    if not delivery.thread_of or delivery.posted or delivery.outside_thread:
        return True
    card = known.get(delivery.thread_of)
    if card is None or not (card.posted or card.gone):
        return False
    # An end is told once its card shows it, unless the card takes a person to mend.
    return not (delivery.urgent and card.waits and not card.stuck)
