from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from integrations.argocd.client import ArgoCD
from integrations.argocd.model import Health
from integrations.argocd.watch import ApplicationWatch
from integrations.clock import Clock, FastClock
from integrations.errors import Forbidden, NotFound, Unauthorized
from tests.integrations.argocd.samples import application, row
from tests.integrations.argocd.stub import (
    LIST,
    STREAM,
    Connection,
    Stub,
    client,
    hangs_up,
    never,
    refuses,
    says,
    shows,
)

DEV, STAGING = "link-app-dev", "link-app-staging"


@asynccontextmanager
async def watching(
    stub: Stub, clock: Clock | None = None, *, list_every: float = 60.0
) -> AsyncIterator[tuple[ApplicationWatch, ArgoCD]]:
    """A watch that runs inside the block, on a clock 20 times as fast as the machine's."""
    clock = clock or FastClock(20)
    async with client(stub.url, clock=clock) as argocd:
        watch = ApplicationWatch(argocd, clock, list_every=list_every)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(watch.run(), name="watch")
            try:
                yield watch, argocd
            finally:
                running.cancel()


async def sees(watch: ApplicationWatch, condition: Callable[[], bool]) -> None:
    """Wait until the watch shows it; at most ten real seconds."""
    with watch.subscribe() as changes:
        async with asyncio.timeout(10):
            while not condition():
                await changes.changed(None, 2)


def health_of(watch: ApplicationWatch, name: str = DEV) -> Health | None:
    app = watch.get(name)
    return app.health if app else None


async def started(stub: Stub, watch: ApplicationWatch, *apps: dict[str, Any]) -> Connection:
    """The first stream, once everything on it was heard and the LIST after it is in."""
    stub.rows = [row(app) for app in apps]
    connection = await stub.stream()
    await connection.send("ADDED", *apps)
    names = {app["metadata"]["name"] for app in apps}
    await sees(watch, lambda: all((a := watch.get(name)) and a.complete for name in names))
    assert await watch.wait_ready(100)
    return connection


async def test_a_waiter_wakes_within_milliseconds_of_a_frame(stub: Stub) -> None:
    async with watching(stub) as (watch, _):
        connection = await started(stub, watch, application())
        with watch.subscribe() as changes:
            waiter = asyncio.ensure_future(changes.changed({DEV}, 1000))
            await asyncio.sleep(0)
            sent = time.perf_counter()
            await connection.send("MODIFIED", application(health="Degraded"))
            assert await waiter == {DEV}
            took = time.perf_counter() - sent
        assert health_of(watch) is Health.DEGRADED
        assert took < 0.5  # typically 2 ms; the rest is for busy machines


async def test_nothing_is_missed_between_two_questions(stub: Stub) -> None:
    async with watching(stub) as (watch, _):
        connection = await started(stub, watch, application(), application(STAGING))
        with watch.subscribe() as changes:
            await connection.send("MODIFIED", application(health="Degraded"))
            await sees(watch, lambda: health_of(watch) is Health.DEGRADED)
            assert await changes.changed({DEV}, 1000) == {DEV}
            assert await changes.changed({DEV}, 0.1) == set()


async def test_others_changes_do_not_wake_a_waiter(stub: Stub) -> None:
    async with watching(stub) as (watch, _):
        connection = await started(stub, watch, application(), application(STAGING))
        with watch.subscribe() as changes:
            waiter = asyncio.ensure_future(changes.changed({STAGING}, 1000))
            await connection.send("MODIFIED", application(health="Degraded"))
            await sees(watch, lambda: health_of(watch) is Health.DEGRADED)
            assert not waiter.done()
            await connection.send("MODIFIED", application(STAGING, health="Degraded"))
            assert await waiter == {STAGING}


async def test_a_cut_stream_is_opened_again_and_catches_up(stub: Stub) -> None:
    async with watching(stub) as (watch, _):
        connection = await started(stub, watch, application())
        connection.cut()
        stub.rows = [row(application(health="Degraded"))]
        again = await stub.stream()
        await again.send("ADDED", application(health="Degraded"))
        await sees(watch, lambda: health_of(watch) is Health.DEGRADED)
        assert watch.connected
        assert stub.count("GET", f"{LIST}/{DEV}") == 0


async def test_an_application_deleted_while_disconnected_is_gone(stub: Stub) -> None:
    async with watching(stub, list_every=10_000) as (watch, _):
        connection = await started(stub, watch, application(), application(STAGING))
        stub.rows = [row(application())]
        connection.end()
        again = await stub.stream()
        await again.send("ADDED", application())
        await sees(watch, lambda: watch.get(STAGING) is None)
        assert set(watch.applications) == {DEV}


async def test_an_application_deleted_before_our_eyes_is_gone(stub: Stub) -> None:
    async with watching(stub) as (watch, _):
        connection = await started(stub, watch, application(), application(STAGING))
        await connection.send("DELETED", application(STAGING))
        await sees(watch, lambda: watch.get(STAGING) is None)


async def test_one_made_anew_under_the_old_name_shows_its_new_uid(stub: Stub) -> None:
    async with watching(stub) as (watch, _):
        connection = await started(stub, watch, application(uid="old"))
        await connection.send("DELETED", application(uid="old"))
        await connection.send("ADDED", application(uid="new"))
        await sees(watch, lambda: (a := watch.get(DEV)) is not None and a.uid == "new")


async def test_a_change_that_the_stream_dropped_is_found_with_a_single_get(stub: Stub) -> None:
    async with watching(stub, list_every=6) as (watch, argocd):
        await started(stub, watch, application(), application(STAGING))
        degraded = application(health="Degraded")
        stub.reply("GET", f"{LIST}/{DEV}", says(degraded))
        stub.rows = [row(degraded), row(application(STAGING))]
        await sees(watch, lambda: health_of(watch) is Health.DEGRADED)
        found = watch.get(DEV)
        assert found is not None
        assert found.complete
        await stub.counts("GET", LIST, 2)
        assert argocd.requests["get"] == 1


async def test_a_row_that_stays_behind_is_looked_into_once(stub: Stub) -> None:
    async with watching(stub, list_every=5) as (watch, argocd):
        await started(stub, watch, application())
        stub.reply("GET", f"{LIST}/{DEV}", says(application()))
        stub.rows = [row(application(health="Progressing"))]  # an informer that lags
        await stub.counts("GET", LIST, 4)
        assert argocd.requests["get"] == 1
        assert health_of(watch) is Health.HEALTHY


async def test_a_change_that_the_stream_still_tells_costs_no_get(stub: Stub) -> None:
    async with watching(stub, list_every=6) as (watch, argocd):
        connection = await started(stub, watch, application())
        stub.rows = [row(application(health="Degraded"))]
        await stub.counts("GET", LIST, 1)
        await connection.send("MODIFIED", application(health="Degraded"))
        await stub.counts("GET", LIST, 2)
        assert argocd.requests["get"] == 0


async def test_a_stream_far_behind_is_opened_again_instead_of_many_gets(stub: Stub) -> None:
    apps = [application(f"app-{n}") for n in range(40)]
    worse = [application(f"app-{n}", health="Degraded") for n in range(40)]
    async with watching(stub, list_every=6) as (watch, argocd):
        await started(stub, watch, *apps)
        stub.rows = [row(app) for app in worse]
        again = await stub.stream()
        await again.send("ADDED", *worse)
        await sees(watch, lambda: health_of(watch, "app-39") is Health.DEGRADED)
        assert argocd.requests["get"] == 0


async def test_a_silent_stream_is_given_up_and_a_kept_alive_one_is_not(stub: Stub) -> None:
    clock = FastClock(40)
    async with watching(stub, clock) as (watch, _):
        connection = await started(stub, watch, application())
        for _ in range(5):  # longer than the silence that is given up
            await clock.sleep(12)
            await connection.keep_alive()
        assert stub.streams.empty()
        assert watch.age_seconds < 50
        await stub.stream()


@pytest.mark.parametrize(
    "frame",
    [
        {},
        {"error": {"http_code": 401, "message": "token is expired"}},
        {"error": {"http_code": 500, "message": "watch failed"}},
        {"result": {"type": "BOOKMARK", "application": {}}},
    ],
)
async def test_an_error_in_the_stream_opens_another(stub: Stub, frame: dict[str, Any]) -> None:
    async with watching(stub) as (watch, _):
        connection = await started(stub, watch, application())
        await connection.send_frame(frame)
        again = await stub.stream()
        await again.send("ADDED", application(health="Degraded"))
        await sees(watch, lambda: health_of(watch) is Health.DEGRADED)


@pytest.mark.parametrize(
    ("status", "code", "error"), [(401, 16, Unauthorized), (403, 7, Forbidden)]
)
async def test_refused_credentials_are_not_hammered_with(
    stub: Stub, status: int, code: int, error: type[Exception]
) -> None:
    clock = FastClock(600)
    stub.reply("GET", STREAM, refuses(status, code, "no"))
    stub.reply("GET", LIST, refuses(status, code, "no"))
    async with watching(stub, clock) as (watch, argocd):
        await clock.sleep(600)  # ten minutes
        assert isinstance(watch.problem, error)
        assert not watch.connected
        assert argocd.requests["stream"] <= 7
        assert argocd.requests["list"] <= 7


async def test_a_server_that_is_away_is_asked_ever_less_often(stub: Stub) -> None:
    clock = FastClock(600)
    stub.reply("GET", STREAM, hangs_up())
    stub.reply("GET", LIST, hangs_up())
    async with watching(stub, clock) as (watch, argocd):
        assert not await watch.wait_ready(30)
        await clock.sleep(570)
        assert argocd.requests["stream"] <= 30
        assert argocd.requests["list"] <= 90


async def test_without_a_stream_lists_show_what_they_can(stub: Stub) -> None:
    stub.reply("GET", STREAM, shows("<title>Sign in</title>"))
    async with watching(stub, FastClock(100)) as (watch, argocd):
        stub.rows = [row(application())]
        assert await watch.wait_ready(60)
        app = watch.get(DEV)
        assert app is not None
        assert not app.complete
        stub.rows = [row(application(health="Degraded"))]
        await sees(watch, lambda: health_of(watch) is Health.DEGRADED)
        assert not watch.connected
        assert watch.problem is not None
        assert argocd.requests["get"] == 0


async def test_the_view_is_ready_although_the_stream_never_opens(stub: Stub) -> None:
    stub.reply("GET", STREAM, never())  # as Argo CD does while there is nothing to tell
    async with watching(stub) as (watch, _):
        assert await watch.wait_ready(30)
        assert dict(watch.applications) == {}


async def test_age_is_told_from_the_newest_sign_of_life(stub: Stub) -> None:
    clock = FastClock(20)
    watch = ApplicationWatch(None, clock)  # type: ignore[arg-type]
    assert watch.age_seconds == float("inf")
    async with watching(stub, clock, list_every=10_000) as (watch, _):
        connection = await started(stub, watch, application())
        await clock.sleep(20)
        assert watch.age_seconds > 15
        await connection.send("MODIFIED", application(health="Degraded"))
        await sees(watch, lambda: health_of(watch) is Health.DEGRADED)
        assert watch.age_seconds < 15


async def test_one_name_in_two_namespaces_stays_two_applications(stub: Stub) -> None:
    async with watching(stub) as (watch, _):
        ours, theirs = application(), application(namespace="team-b", health="Degraded")
        connection = await started(stub, watch, ours, theirs)
        await sees(watch, lambda: watch.get(DEV, "team-b") is not None)
        assert health_of(watch) is Health.HEALTHY
        assert watch.get(DEV, "team-b") != watch.get(DEV, "argocd")
        await connection.send("DELETED", ours)
        await sees(watch, lambda: health_of(watch) is Health.DEGRADED)


async def test_looking_at_one_application_brings_the_view_up_to_date(stub: Stub) -> None:
    async with watching(stub) as (watch, argocd):
        await started(stub, watch, application())
        stub.reply("GET", f"{LIST}/{DEV}", says(application(health="Degraded")))
        known = watch.get(DEV)
        assert known is not None
        await watch.look(known.ref, refresh="normal")
        assert health_of(watch) is Health.DEGRADED
        stub.reply("GET", f"{LIST}/{DEV}", refuses(404, 5, "not found"))
        with pytest.raises(NotFound):
            await watch.look(known.ref)
        assert watch.get(DEV) is None
        assert argocd.requests["refresh"] == 1


async def test_a_look_never_puts_back_what_the_stream_has_changed_since(stub: Stub) -> None:
    async with watching(stub) as (watch, _):
        connection = await started(stub, watch, application())
        asked, answer = asyncio.Event(), asyncio.Event()

        async def slowly(request: Any) -> Any:
            asked.set()
            await answer.wait()
            return await says(application())(request)

        stub.reply("GET", f"{LIST}/{DEV}", slowly)
        known = watch.get(DEV)
        assert known is not None
        look = asyncio.ensure_future(watch.look(known.ref))
        await asked.wait()
        await connection.send("MODIFIED", application(health="Degraded"))
        await sees(watch, lambda: health_of(watch) is Health.DEGRADED)
        answer.set()
        await look
        assert health_of(watch) is Health.DEGRADED


async def test_holding_a_thousand_applications_costs_next_to_nothing(stub: Stub) -> None:
    """A minute in Progressing: the calls, and the processor's time, of the whole watch."""
    apps = [application(f"app-{n}", health="Progressing") for n in range(1000)]
    clock = FastClock(30)
    async with watching(stub, clock) as (watch, argocd):
        connection = await started(stub, watch, *apps)
        argocd.requests.clear()
        cpu = time.process_time()
        for _ in range(5):
            await clock.sleep(12)
            await connection.keep_alive()
            await connection.send("MODIFIED", application("app-0", reconciled=now(clock)))
        cpu = time.process_time() - cpu
    assert argocd.requests.total() <= 2
    assert argocd.requests["get"] == 0
    assert cpu < 1.5  # of 60 s: a LIST of 1000, and the server that sends it


def now(clock: Clock) -> str:
    return clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_cancelling_it_ends_it(stub: Stub) -> None:
    async with client(stub.url) as argocd:
        running = asyncio.ensure_future(ApplicationWatch(argocd, FastClock(20)).run())
        await stub.stream()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        assert running.cancelled()
