from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

import pytest

from integrations.argocd.model import Health
from integrations.argocd.watch import ApplicationWatch
from integrations.clock import FastClock
from integrations.errors import NotFound
from tests.integrations.argocd.samples import application, row
from tests.integrations.argocd.stub import LIST, Stub, client, refuses, says
from tests.integrations.argocd.watching import DEV, STAGING, health_of, sees, started, watching


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


async def test_cancelling_it_ends_it(stub: Stub) -> None:
    async with client(stub.url) as argocd:
        running = asyncio.ensure_future(ApplicationWatch(argocd, FastClock(20)).run())
        await stub.stream()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        assert running.cancelled()
