"""All deployments, kept in memory as folds and in the store as events."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice, takewhile

from bot.deployments.deployment import Deployment
from bot.deployments.events import DeploymentEvent, DeploymentRequested, read_event
from bot.deployments.folding import after
from bot.deployments.succession import Succession, goes_on, takes_over
from bot.errors import NotKnown
from bot.grammar import nearest
from bot.guarded import stumbled
from bot.quoting import brief
from bot.store import EventStore, VersionConflict
from bot.store.recording import as_recorded, to_store
from integrations.clock import Clock

PREFIX = "deployment/"


Listener = Callable[[Deployment, DeploymentEvent], None]


_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"  # RFC 4648's base32
_PAIRS = [one + two for one in _LETTERS for two in _LETTERS]


@lru_cache(256)  # each request asks more than once
def deployment_id(request_key: str) -> str:
    """The id of the deployment that one delivery asks for: the same delivery, the same id.

    "d" and the first 45 bits of the key's SHA-256 in base32, for which base64 takes much longer.
    """
    bits = int.from_bytes(hashlib.sha256(request_key.encode()).digest()[:6]) >> 3
    pairs = [_PAIRS[bits >> shift & 1023] for shift in (35, 25, 15, 5)]
    return f"d{''.join(pairs)}{_LETTERS[bits & 31]}"


class Ledger:
    """Every deployment's present state; the only way to change one is to append to it.

    `listeners` are told of each event after it is durable; they must not wait, and a bug in one
    fails nobody.
    """

    def __init__(self, store: EventStore, clock: Clock) -> None:
        self.clock = clock
        self.listeners: list[Listener] = []
        self.queue = asyncio.Lock()  # held while deciding who starts
        self._store = store
        self._all: dict[str, Deployment] = {}
        self._open: dict[str, Deployment] = {}
        self._ended: dict[str, datetime] = {}  # when, the first to end first
        self._queued: dict[str, set[str]] = defaultdict(set)  # by requester: not started, not ended
        self._places: dict[str, dict[str, None]] = {}  # all, by environment
        self._succession = Succession()
        self._ways_back: dict[str, dict[str, None]] = {}  # rollbacks, by environment
        self._behind: dict[str, dict[str, None]] = {}  # those that wait, by whom they wait for
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._changed: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def load(self) -> None:
        """Fold everything that the store holds."""
        for recorded in await self._store.read_all(prefix=PREFIX):
            key = recorded.stream.removeprefix(PREFIX)
            event = read_event(recorded.data)
            self._keep(after(self._all.get(key), event))

    def get(self, key: str) -> Deployment:
        """One deployment by id, or by an unambiguous beginning of it. Raises NotKnown."""
        if key in self._all:
            return self._all[key]
        matches = [known for known in self._all if len(key) > 2 and known.startswith(key)]
        if len(matches) == 1:
            return self._all[matches[0]]
        recent = [deployment.id for deployment in self.newest(limit=50)]
        raise NotKnown(
            f"There is no deployment “{brief(key)}”.",
            near=tuple(matches[:3]) or nearest(key, recent),
            hint="`/shipmate deployments` lists them with their ids.",
        )

    def knows(self, key: str) -> bool:
        """Whether there is a deployment of exactly this id."""
        return key in self._all

    def newest(self, environment: str = "", limit: int = 10) -> list[Deployment]:
        """The newest deployments first, of one environment or of all."""
        newest = self.every(environment) if environment else reversed(self._all.values())
        return [*islice(newest, limit)]

    def every(self, environment: str) -> Iterator[Deployment]:
        """All deployments of an environment, the newest first."""
        return (self._all[key] for key in reversed(self._places.get(environment, {})))

    def ended_since(self, moment: datetime) -> list[Deployment]:
        """Those that have ended by now and not before that moment, however long ago they were
        asked for; the last to end first.
        """
        lately = takewhile(lambda key: self._ended[key] >= moment, reversed(self._ended))
        return [self._all[key] for key in lately]

    def rollbacks(self, environment: str) -> Iterator[Deployment]:
        """An environment's rollbacks, the newest first."""
        return (self._all[key] for key in reversed(self._ways_back.get(environment, {})))

    def is_newest(self, deployment: Deployment) -> bool:
        """Whether no later deployment touches any of the same applications."""
        return next(self.later_than(deployment), None) is None

    def later_than(self, deployment: Deployment) -> Iterator[Deployment]:
        """The later deployments of any of the same applications, newest first: that began later,
        or were asked for after it began. Those that only looked or gave way are none.
        """
        every = (self._all[key] for key in self._succession.after(deployment))
        return filter(takes_over, every)

    def is_left_behind(self, deployment: Deployment) -> bool:
        """Whether a later one has gone on from there: neither what only waits has, nor what ended
        without a change.
        """
        return any(map(goes_on, self.later_than(deployment)))

    def newest_of(self, applications: Iterable[str]) -> Iterator[Deployment]:
        """Every deployment of any of these applications, newest first, as `later_than` has it."""
        return (self._all[key] for key in self._succession.newest(applications))

    def left_by(self, applications: Iterable[str]) -> str:
        """The id of the one that brought these applications to where they are, "" for none."""
        return next((each.id for each in self.newest_of(applications) if goes_on(each)), "")

    def asked_last(self, applications: Collection[str]) -> str:
        """The id of the deployment of any of these applications that was asked for last, whatever
        came of it, "" for none: it tells requests apart that are made one after the other.
        """
        every = reversed(self._all.values())
        return next((each.id for each in every if _touches(each, applications)), "")

    def behind(self, deployment: Deployment) -> list[Deployment]:
        """Those that have not started and queue behind this one, or are held by its end."""
        return [self._all[key] for key in self._behind.get(deployment.id, ())]

    def open(self) -> list[Deployment]:
        """Those that have not ended, in the order they were asked for."""
        return list(self._open.values())

    def in_the_way(self, applications: Collection[str]) -> list[Deployment]:
        """The open ones that whoever asked for these applications now would queue behind."""
        touched = set(applications)
        every = self._open.values()
        return [each for each in every if not each.lets_others_pass and _touches(each, touched)]

    def ahead_of(self, deployment: Deployment) -> list[Deployment]:
        """Others with an application in common: earlier ones that are open, any that run, and
        those that it was told it queues behind.
        """
        told = deployment.queued.behind if deployment.queued else ()
        ahead = [self._all[key] for key in told if key in self._all and key not in self._open]
        is_earlier = True
        for other in self._open.values():
            if other.id == deployment.id:
                is_earlier = False
            elif (is_earlier or other.started_at) and other.overlaps(deployment):
                ahead.append(other)
        return ahead

    def count_queued(self, subject: str) -> int:
        """How many deployments of one person have not started."""
        return len(self._queued.get(subject, ()))

    async def request(self, requested: DeploymentRequested) -> Deployment:
        """Begin a deployment. The same id a second time returns the one that is there."""
        try:
            return await self._append(requested.id, 0, [requested])
        except VersionConflict:
            await self._reload(requested.id)
            return self._all[requested.id]

    async def record(
        self, key: str, decide: Callable[[Deployment], Sequence[DeploymentEvent]]
    ) -> Deployment:
        """Append what `decide` makes of the present state; on a conflict, load and ask it again.

        One at a time for each deployment: of a wide wave's applications, which all have news at
        once, every one but the first would find that it must load everything again.
        """
        async with self._turns[key]:
            while True:
                deployment = self._all[key]
                events = decide(deployment)
                if not events:
                    return deployment
                try:
                    return await self._append(key, deployment.version, events)
                except VersionConflict:
                    await self._reload(key)

    def bell(self, key: str = "") -> asyncio.Event:
        """An event that is set at the next change of one deployment, or of any."""
        return self._changed[key]

    async def _append(
        self, key: str, version: int, events: Sequence[DeploymentEvent]
    ) -> Deployment:
        current = self._all.get(key)
        before = current if current is not None and current.version == version else None
        folded = _folded(before, events)  # refuses what cannot happen before it is recorded
        drafts = [to_store(event) for event in events]
        placed = await self._store.append(PREFIX + key, version, drafts)
        kept = as_recorded(events, drafts, placed, read_event)
        if kept is not events:
            folded = _folded(before, kept)
        self._keep(folded)
        self._tell(self._all[key], kept)
        return self._all[key]

    async def _reload(self, key: str) -> None:
        deployment: Deployment | None = None
        for recorded in await self._store.read(PREFIX + key):
            deployment = after(deployment, read_event(recorded.data))
        if deployment is not None:
            self._keep(deployment)

    def _keep(self, deployment: Deployment) -> None:
        known = self._all.get(deployment.id)
        if known is not None and known.version > deployment.version:
            return
        self._all[deployment.id] = deployment
        self._succession.keep(deployment)
        self._places.setdefault(deployment.request.environment, {})[deployment.id] = None
        if deployment.is_rollback:
            self._ways_back.setdefault(deployment.request.environment, {})[deployment.id] = None
        if deployment.ended:
            self._ended.setdefault(deployment.id, deployment.ended.at)
            self._open.pop(deployment.id, None)
            self._turns.pop(deployment.id, None)
        else:
            self._open[deployment.id] = deployment
        queued = self._queued[deployment.request.actor.subject]
        if deployment.ended or deployment.started_at:
            queued.discard(deployment.id)
        else:
            queued.add(deployment.id)
        waited, waits = _waits_for(known), _waits_for(deployment)
        for ahead in waited - waits:
            self._behind[ahead].pop(deployment.id)
        for ahead in waits - waited:
            self._behind.setdefault(ahead, {})[deployment.id] = None

    def _tell(self, deployment: Deployment, events: Iterable[DeploymentEvent]) -> None:
        for key in (deployment.id, ""):
            bell = self._changed.pop(key, None)
            if bell is not None:
                bell.set()
        for event in events:
            for listener in self.listeners:
                try:
                    listener(deployment, event)
                except Exception as error:  # noqa: BLE001 - it is logged with its trace
                    stumbled("listener", error)


def _folded(before: Deployment | None, events: Sequence[DeploymentEvent]) -> Deployment:
    folded = before
    for event in events:
        folded = after(folded, event)
    assert folded is not None  # noqa: S101 - events is not empty
    return folded


def _touches(deployment: Deployment, applications: Collection[str]) -> bool:
    return not set(deployment.request.applications).isdisjoint(applications)


def _waits_for(deployment: Deployment | None) -> set[str]:
    """Whom it queues behind, or is held by, while it has not started."""
    if deployment is None or deployment.ended or deployment.started_at:
        return set()
    told = deployment.queued.behind if deployment.queued else ()
    return {*told, deployment.held.by} if deployment.held else {*told}
