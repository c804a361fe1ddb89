"""What is away: asked now and then, and at once when something failed; told without asking."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Protocol

import structlog

from bot.guarded import for_ever, stumbled
from integrations.clock import Clock
from integrations.errors import UpstreamError
from integrations.groups import TaskGroup

log = structlog.get_logger(__name__)

_FIRST_SECONDS = 2.0
"""The start has more pressing things to do."""
_WELL_SECONDS = 60.0
_AWAY_SECONDS = 15.0
_STALE_SECONDS = 180.0

Probe = Callable[[], Awaitable[object]]
"""A cheap question to a system; any answer will do. Raises UpstreamError."""


class Watch(Protocol):
    """What the live view of Argo CD's applications knows of itself."""

    @property
    def problem(self) -> UpstreamError | None:
        """The newest failure, None while all is well."""
        ...

    @property
    def age_seconds(self) -> float:
        """How long ago Argo CD was last heard of."""
        ...


class Reachability:
    """Probes systems by name; Argo CD needs none, its stream tells."""

    def __init__(self, argocd: Watch, probes: Mapping[str, Probe], clock: Clock) -> None:
        self._argocd = argocd
        self._probes = probes
        self._clock = clock
        self._suspected = {name: asyncio.Event() for name in probes}
        self._problems: dict[str, str] = {}

    @property
    def degraded(self) -> dict[str, str]:
        """What is away, by name, with the reason; {} while all is well."""
        found = dict(self._problems)
        if self._argocd.problem is not None:
            found["Argo CD"] = self._argocd.problem.summary
        elif self._argocd.age_seconds > _STALE_SECONDS:
            found["Argo CD"] = "Nothing was heard of it yet."
        return found

    def heard(self, error: UpstreamError) -> None:
        """Something failed: the system is asked now instead of later."""
        if error.service in self._suspected:
            self._suspected[error.service].set()

    async def run(self) -> None:
        """Keep asking until cancelled."""
        await self._clock.sleep(_FIRST_SECONDS)
        async with TaskGroup() as group:
            for name in self._probes:
                turn = for_ever(f"probe {name}", partial(self._ask, name), self._clock)
                group.create_task(turn, name=f"probe {name}")

    async def tick(self, name: str) -> bool:
        """Ask one system. Whether it answered."""
        try:
            await self._probes[name]()
        except UpstreamError as error:
            if name not in self._problems:
                log.warning("system.away", system=name, reason=error.summary)
            self._problems[name] = error.summary
            return False
        except Exception as error:  # noqa: BLE001 - it is logged with its trace
            reference = stumbled(f"probe {name}", error)
            self._problems[name] = f"shipmate itself failed to ask it (reference {reference})."
            return False
        if self._problems.pop(name, None) is not None:
            log.info("system.back", system=name)
        return True

    async def _ask(self, name: str) -> None:
        suspected = self._suspected[name]
        suspected.clear()
        is_well = await self.tick(name)
        with suppress(TimeoutError):
            async with self._clock.timeout(_WELL_SECONDS if is_well else _AWAY_SECONDS):
                await suspected.wait()
