from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest

from integrations.argocd.model import Health
from integrations.clock import Clock, FastClock
from integrations.errors import Forbidden, Unauthorized
from tests.integrations.argocd.samples import application, row
from tests.integrations.argocd.stub import LIST, STREAM, Stub, hangs_up, never, refuses, shows
from tests.integrations.argocd.watching import DEV, health_of, sees, started, watching


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


async def test_a_server_that_is_away_is_asked_every_few_seconds_while_somebody_waits(
    stub: Stub,
) -> None:
    clock = FastClock(100)
    stub.reply("GET", STREAM, hangs_up())
    stub.reply("GET", LIST, hangs_up())
    async with watching(stub, clock) as (watch, argocd):
        await clock.sleep(100)
        watch.watch_closely(closely=True)
        argocd.requests.clear()
        await clock.sleep(200)
        assert argocd.requests["stream"] >= 12


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


async def test_holding_a_thousand_applications_costs_next_to_nothing(stub: Stub) -> None:
    """A minute in Progressing: the calls, and the processor's time, of the whole watch."""
    apps = [application(f"app-{n}", health="Progressing") for n in range(1000)]
    clock = FastClock(30)
    async with watching(stub, clock) as (watch, argocd):
        connection = await started(stub, watch, *apps)
        argocd.requests.clear()
        cpu, began = time.process_time(), clock.now()
        for _ in range(5):
            await clock.sleep(12)
            await connection.keep_alive()
            await connection.send("MODIFIED", application("app-0", reconciled=now(clock)))
        cpu = time.process_time() - cpu
        minutes = (clock.now() - began) / timedelta(minutes=1)  # more, where the machine is busy
    assert argocd.requests.total() <= 1 + minutes
    assert argocd.requests["get"] == 0
    assert cpu < 1.5 * minutes  # of 60 s: a LIST of 1000, and the server that sends it


def now(clock: Clock) -> str:
    return clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
