"""A bot on loopback that answers a shell as it is told, and what happens to a deployment."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.access import Actor
from bot.cli import main
from bot.deployments import events as e
from bot.deployments.plan import Build, Plan, PlannedApplication

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
REQUESTED = e.DeploymentRequested(
    at=NOON,
    id="d-1",
    kind="deploy",
    actor=Actor(id="U0DANA"),
    environment="staging",
    applications=("link-app-staging",),
    channel="#deployments",
)
STORY: tuple[e.DeploymentEvent, ...] = (
    REQUESTED,
    e.DeploymentStarted(at=NOON),
    e.BuildFound(at=NOON, build=Build(tag="sha-0a1b2c3")),
    e.DeploymentPlanned(
        at=NOON, plan=Plan(waves=((PlannedApplication(name="link-app-staging"),),))
    ),
    e.CommitIntended(at=NOON, base="0" * 40),
    e.Committed(at=NOON, sha="1234567890"),
    e.SyncStarted(at=NOON, application="link-app-staging"),
    e.ApplicationEnded(
        at=NOON, application="link-app-staging", outcome=e.AppOutcome.SUCCEEDED, message="Healthy"
    ),
    e.DeploymentEnded(at=NOON, outcome=e.Outcome.SUCCEEDED, message="All is well."),
)

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@contextmanager
def a_bot(answer: Answer) -> Iterator[str]:
    """A bot on loopback, in a thread of its own: a command line has a loop of its own too."""
    started, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()
    address: list[str] = []

    async def serve() -> None:
        app = web.Application()
        app.router.add_post("/api/v1/commands", answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
        started.set()
        await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    started.wait(5)
    try:
        yield address[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
        loop.close()


def says(*lines: dict[str, object], status: int = 200) -> Answer:
    """A bot that answers every command with these lines."""

    async def answer(_request: web.Request) -> web.Response:
        text = "".join(json.dumps(each, default=str) + "\n" for each in lines)
        return web.Response(text=text, status=status)

    return answer


def ran(answer: Answer, words: list[str], environment: pytest.MonkeyPatch) -> int:
    with a_bot(answer) as url:
        environment.setenv("SHIPMATE_URL", url)
        return main(words)


def happening(event: e.DeploymentEvent) -> dict[str, object]:
    return {"type": "event", "event": event.model_dump(mode="json")}


def ended(outcome: str, code: int) -> dict[str, object]:
    return {"type": "end", "outcome": outcome, "exit_code": code}
