"""Personal tokens for the HTTP API: short-lived, kept only as digests."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from pydantic import ValidationError

from bot.access import Actor, Door
from integrations.clock import Clock

LIFETIME = timedelta(hours=12)
_KIND = "token"


class Facts(Protocol):
    """Small facts with an end; the store keeps them."""

    async def put(
        self, kind: str, key: str, value: object, expires_at: datetime | None = None
    ) -> None:
        """Keep a JSON value until `expires_at`."""
        ...

    async def get(self, kind: str, key: str) -> object | None:
        """The value, or None where there is none or its end has passed."""
        ...


async def issue(
    facts: Facts,
    clock: Clock,
    actor: Actor,
    lifetime: timedelta = LIFETIME,
    random: Callable[[], str] = lambda: secrets.token_urlsafe(32),
) -> tuple[str, datetime]:
    """A new token that lets its bearer ask as this actor, and when it ends."""
    token, ends = f"shipmate_{random()}", clock.now() + lifetime
    bearer = actor.model_copy(update={"door": Door.API})
    await facts.put(_KIND, _digest(token), bearer.model_dump(mode="json"), ends)
    return token, ends


async def bearer_of(facts: Facts, authorization: str) -> Actor | None:
    """Who an Authorization header speaks for, or None where it holds no token that is good."""
    scheme, _, token = authorization.partition(" ")
    if scheme.casefold() != "bearer" or not token.strip():
        return None
    kept = await facts.get(_KIND, _digest(token.strip()))
    try:
        return Actor.model_validate(kept) if kept is not None else None
    except ValidationError:
        return None


def _digest(token: str) -> str:
    return sha256(token.encode(errors="surrogateescape")).hexdigest()
