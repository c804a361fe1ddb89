"""Ask about what Git was last seen to hold while it is asked whether it holds that still."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.deployments.desired import Desired, desired
from bot.deployments.side_by_side import together
from bot.errors import UserError
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.catalog import Environment
    from bot.services import Services

T = TypeVar("T")


async def asked_early(
    services: Services,
    environment: Environment,
    wanted: Sequence[str],
    ask: Callable[[Desired], Awaitable[T]],
) -> tuple[Desired, T]:
    """What Git wants now of the wanted services (all, if none), and the answer of `ask` to it.

    A repository mostly stands where it was last seen, so `ask` goes side by side with the fetch.
    Where that finds other tags the early answer counts for nothing, a failure neither, and `ask`
    is asked anew.
    `ask` only reads. Raises as `desired` and `ask` do.
    """
    seen = await _last_seen(services, environment, wanted)
    if seen is None:
        now = await desired(services, environment, wanted)
        return now, await ask(now)
    async with together() as group:
        fetched = group.create_task(desired(services, environment, wanted), name="what Git wants")
        early = group.create_task(_asked(ask, seen), name="what it means")
    now, answer = fetched.result(), early.result()
    if (now.tags, now.digests) != (seen.tags, seen.digests):
        return now, await ask(now)
    if isinstance(answer, _Failed):
        raise answer.error
    return now, answer


async def _last_seen(
    services: Services, environment: Environment, wanted: Sequence[str]
) -> Desired | None:
    """What Git wanted as it was last seen; None where that says nothing."""
    try:
        return await desired(services, environment, wanted, fresh=False)
    except (UpstreamError, UserError):
        return None


@dataclass(frozen=True, slots=True)
class _Failed:
    """No answer, which keeps nobody from fetching."""

    error: UpstreamError | UserError


async def _asked(ask: Callable[[Desired], Awaitable[T]], seen: Desired) -> T | _Failed:
    try:
        return await ask(seen)
    except (UpstreamError, UserError) as error:
        return _Failed(error)
