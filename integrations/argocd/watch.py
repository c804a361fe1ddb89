"""A live view of every application: one stream, and a LIST now and then as safety net.

Argo CD's stream loses events: those before it subscribes, those beyond a full buffer, and every
one while it is cut (argo-cd server/application/application.go, server/broadcast). So each new
stream begins with all applications again, a LIST after it finds what is gone, and a periodic
LIST finds what fell silently. Both cost the same however many applications wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import datetime
from math import inf

import structlog

from integrations.argocd.changes import Board, Changes
from integrations.argocd.client import ArgoCD
from integrations.argocd.model import Application, ApplicationRef
from integrations.argocd.pauses import Pauses
from integrations.argocd.refusals import SERVICE
from integrations.argocd.snapshot import Snapshot
from integrations.clock import Clock
from integrations.errors import NotFound, Unreachable, UpstreamError
from integrations.groups import TaskGroup

SILENCE = 50.0
"""Seconds without a sign of life after which a stream is given up; keepalives come every 15."""
LIST_UNWATCHED = 15.0
"""Seconds between LISTs while there is no stream."""
FIRST_LIST = 1.0
"""Seconds that the first LIST waits for the stream to open, so that one LIST does for both."""
GRACE = 2.0
"""Seconds that the stream has to tell what a LIST already shows."""
CLOSELY = 8.0
"""Seconds after which a lost stream is opened again at the latest while it is watched closely."""
MOST_GETS = 20
"""More doubtful rows than this, and the stream is opened again: one call instead of many."""

_log = structlog.get_logger(__name__)


class ApplicationWatch:
    """Every application we may see, at most milliseconds old while `connected`.

    `run` keeps it so until it is cancelled; nothing that Argo CD does ends it. `problem` is the
    newest failure, None while all is well.
    """

    def __init__(
        self,
        argocd: ArgoCD,
        clock: Clock,
        *,
        list_every: float = 60.0,
        projects: Sequence[str] = (),
    ) -> None:
        self.connected = False
        self.problem: UpstreamError | None = None
        self._argocd = argocd
        self._clock = clock
        self._list_every = list_every
        self._projects = tuple(projects)
        self._board = Board(clock)
        self._snapshot = Snapshot(self._board)
        self._ready = asyncio.Event()
        self._list_wanted = asyncio.Event()
        self._closely = asyncio.Event()
        self._stream_pauses = Pauses()
        self._list_pauses = Pauses()
        self._silence: asyncio.Timeout | None = None
        self._fresh_at: datetime | None = None

    @property
    def applications(self) -> Mapping[str, Application]:
        """A live view by name; of one name in several namespaces, the first namespace's.

        Rows that only a LIST has shown so far are not `complete`.
        """
        return self._snapshot.by_name

    def get(self, name: str, namespace: str = "") -> Application | None:
        """The application as it was last heard of, or None where there is none."""
        return self._snapshot.get(name, namespace)

    @property
    def age_seconds(self) -> float:
        """How long ago Argo CD last gave a sign that this view is still true."""
        if self._fresh_at is None:
            return inf
        return max(0.0, (self._clock.now() - self._fresh_at).total_seconds())

    async def wait_ready(self, timeout: float) -> bool:  # noqa: ASYNC109  # its end is an answer
        """Whether the applications are known, waiting at most `timeout` seconds for that."""
        with suppress(TimeoutError):
            async with self._clock.timeout(timeout):
                await self._ready.wait()
        return self._ready.is_set()

    def subscribe(self) -> Changes:
        """A listener of its own, which misses nothing between two calls of its `changed`."""
        return self._board.join()

    async def changed(
        self,
        names: Collection[str] | None,
        timeout: float | None,  # noqa: ASYNC109  # its end is an answer: nothing changed
    ) -> set[str]:
        """Those of `names` that change from now on, as soon as the first one does.

        Empty after `timeout` seconds. Between two calls a change can be missed: `subscribe`
        where that matters.
        """
        with self.subscribe() as changes:
            return await changes.changed(names, timeout)

    def watch_closely(self, *, closely: bool) -> None:
        """While somebody waits for the applications, a server that is away is asked more often."""
        (self._closely.set if closely else self._closely.clear)()

    async def look(
        self,
        ref: ApplicationRef,
        *,
        refresh: str = "",
        timeout: float = 30.0,  # noqa: ASYNC109  # handed on to the client
    ) -> Application:
        """GET one application as the client does, and take the answer into this view."""
        mark = self._snapshot.mark
        try:
            app = await self._argocd.get(ref, refresh=refresh, timeout=timeout)
        except NotFound:
            self._snapshot.lose(ref, mark)
            raise
        self._snapshot.learn(replace(app, refresh_timed_out=False), mark)
        return app

    async def run(self) -> None:
        """Follow and compare until cancelled."""
        async with TaskGroup() as tasks:
            tasks.create_task(self._keep_following(), name="argocd stream")
            tasks.create_task(self._keep_comparing(), name="argocd list")

    async def follow(self) -> float:
        """Follow one stream to its end; returns the seconds to wait before the next."""
        opened: datetime | None = None

        def heard() -> None:
            nonlocal opened
            if opened is None:
                opened = self._opened()
            self._fresh_at = self._clock.now()
            silence.reschedule(loop.time() + patience)

        loop = asyncio.get_running_loop()
        problem: UpstreamError | None = None
        try:
            async with self._clock.timeout(SILENCE) as silence:
                self._silence, patience = silence, (silence.when() or 0.0) - loop.time()
                stream = self._argocd.stream(projects=self._projects, heard=heard)
                async with aclosing(stream) as events:
                    async for event in events:
                        self._snapshot.hear(event)
        except TimeoutError:
            problem = Unreachable(SERVICE, "The stream fell silent.")
        except UpstreamError as error:
            problem = error
        finally:
            self.connected, self._silence = False, None
        return self._pause(problem, opened)

    async def compare(self) -> float:
        """Hold one LIST against what is known; returns the seconds to wait before the next."""
        just_opened = self._list_wanted.is_set()
        self._list_wanted.clear()
        mark = self._snapshot.mark
        try:
            rows = await self._argocd.list_applications(projects=self._projects)
        except UpstreamError as error:
            self.problem = error
            _log.warning("argocd_list_failed", reason=error.summary)
            return self._list_pauses.after(error)
        self._list_pauses.reset()
        self._fresh_at = self._clock.now()
        doubtful = self._snapshot.compare(rows, mark)
        self._ready.set()
        if doubtful and not just_opened:  # a stream that just opened tells everything itself
            await self._look_into(doubtful, mark)
        if self.connected:
            self.problem = None
            return self._list_every
        return min(LIST_UNWATCHED, self._list_every)

    async def _keep_following(self) -> None:
        while True:
            await self._rest(await self.follow())

    async def _rest(self, pause: float) -> None:
        """Wait before the next stream: less while watched closely, unless we were refused."""
        await self._clock.sleep(min(pause, CLOSELY))
        rest = max(0.0, pause - CLOSELY)
        if not isinstance(self.problem, Unreachable):
            return await self._clock.sleep(rest)
        with suppress(TimeoutError):
            async with self._clock.timeout(rest):
                await self._closely.wait()
        return None

    async def _keep_comparing(self) -> None:
        pause = FIRST_LIST
        while True:
            with suppress(TimeoutError):
                async with self._clock.timeout(pause):
                    await self._list_wanted.wait()
            pause = await self.compare()

    def _opened(self) -> datetime:
        self.connected, self.problem = True, None
        self._list_wanted.set()
        return self._clock.now()

    def _pause(self, problem: UpstreamError | None, opened: datetime | None) -> float:
        lived = (self._clock.now() - opened).total_seconds() if opened else None
        pause = self._stream_pauses.after(problem, lived=lived)
        if problem is not None:
            self.problem = problem
            _log.warning("argocd_stream_lost", reason=problem.summary, retry_in=round(pause, 1))
        return pause

    async def _look_into(self, doubtful: Sequence[Application], mark: int) -> None:
        """Have each of these rows told in full, by the stream if it does so by itself."""
        if self.connected:
            await self._clock.sleep(GRACE)
            doubtful = self._snapshot.unheard(doubtful, mark)
        if len(doubtful) > MOST_GETS and self._silence is not None:
            _log.warning("argocd_stream_behind", applications=len(doubtful))
            self._silence.reschedule(asyncio.get_running_loop().time())
            return
        for row in doubtful[:MOST_GETS]:
            try:
                await self.look(row.ref)
            except NotFound:
                continue
            except UpstreamError:
                self._snapshot.learn(row, mark)
            self._snapshot.settle(row)
