"""Which grants were in force since when: the stream `access`, written at each start."""

from __future__ import annotations

from bot.catalog import Catalog
from bot.membership.granted import read_event, seen_in
from bot.store import EventStore, NewEvent
from integrations.clock import Clock

STREAM = "access"


async def note_grants(store: EventStore, catalog: Catalog, clock: Clock) -> None:
    """Record what the catalog grants, unless it is what was recorded last."""
    recorded = await store.read_all(prefix=STREAM)
    mine = [each for each in recorded if each.stream == STREAM]
    now = seen_in(catalog, clock.now())
    if mine and read_event(mine[-1].data).says_as(now):
        return
    stored = NewEvent(type=now.type, data=now.model_dump(mode="json"))
    await store.append(STREAM, len(mine), [stored])
