"""The outbox's memory: every delivery, kept in the store so that a restart goes on with it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

from bot.notifications.delivery import Delivery
from bot.store import Store
from bot.views.message import Message
from integrations.slack import Posted

_KIND = "outbox"
_POSTS_ARE_KEPT = 90 * 86_400.0
"""Seconds after which a delivered post (never a card) is forgotten."""


class Deliveries:
    """All deliveries by key, and apart from them those that wait."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.known: dict[str, Delivery] = {}
        self.waiting: dict[str, Delivery] = {}

    async def load(self) -> None:
        """Read what an earlier process left."""
        for stored in (await self._store.facts(_KIND)).values():
            delivery = _read(stored)
            if delivery is not None:
                self._remember(delivery)

    def keep(self, delivery: Delivery) -> None:
        """Remember a delivery's new state; written soon."""
        self._remember(delivery)
        self._store.put_soon(_KIND, delivery.key, _stored(delivery), _end(delivery))

    async def keep_now(self, delivery: Delivery) -> None:
        """Remember a delivery's new state; on the disk when this returns."""
        self._remember(delivery)
        await self._store.put(_KIND, delivery.key, _stored(delivery), _end(delivery))

    def hurry(self, latest: float) -> None:
        """Let nothing wait for longer than until `latest`."""
        for delivery in list(self.waiting.values()):
            if delivery.not_before > latest:
                self._remember(replace(delivery, not_before=latest))

    def forget_old_posts(self, now: float) -> None:
        """Let go of posts that the store lets go of too."""
        for delivery in list(self.known.values()):
            end = _end(delivery)
            if end is not None and end.timestamp() <= now:
                del self.known[delivery.key]

    def _remember(self, delivery: Delivery) -> None:
        self.known[delivery.key] = delivery
        if delivery.waits:
            self.waiting[delivery.key] = delivery
        else:
            self.waiting.pop(delivery.key, None)


def _end(delivery: Delivery) -> datetime | None:
    if delivery.waits or not delivery.once:
        return None
    return datetime.fromtimestamp(delivery.owed_at + _POSTS_ARE_KEPT, UTC)


def _stored(delivery: Delivery) -> dict[str, object]:
    """A delivery as the store takes it; asdict() would copy every block of its message."""
    kept = _fields(delivery)
    kept["message"] = _fields(delivery.message) if delivery.message else None
    kept["posted"] = _fields(delivery.posted) if delivery.posted else None
    return kept


def _fields(value: Delivery | Message | Posted) -> dict[str, object]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _read(stored: object) -> Delivery | None:
    """A delivery from its stored form; None where another version left something unreadable."""
    if not isinstance(stored, dict):
        return None
    fields: dict[str, Any] = {
        name: value for name, value in stored.items() if name in Delivery.__dataclass_fields__
    }
    try:
        message, posted = fields.pop("message", None), fields.pop("posted", None)
        return Delivery(
            **fields,
            message=Message(**message) if message else None,
            posted=Posted(**posted) if posted else None,
        )
    except TypeError:
        return None
