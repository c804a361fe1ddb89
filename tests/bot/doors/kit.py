"""The doors of a bot with a few small commands, on a real store, before a sandboxed Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from aiohttp import web
from slack_bolt.response import BoltResponse

from bot.audit.recorder import Recorder
from bot.catalog import load
from bot.dispatch import Dispatch
from bot.doors.admission import Admission
from bot.doors.api import Api, Step
from bot.doors.bolt import bolt_app, deliver
from bot.doors.edge import Edge
from bot.doors.payloads import EventDelivery, Payload
from bot.doors.probes import Readiness, add_probes
from bot.doors.slack import SlackDoor
from bot.doors.socket_mode import SocketMode
from bot.membership import GroupHistory, Membership
from bot.metrics import Metrics
from bot.reachability import Reachability
from bot.sandbox.slack import SandboxSlack
from bot.store import Store
from integrations.clock import SystemClock
from integrations.groups import TaskGroup
from integrations.slack import Slack
from tests.bot.doors.world import World

if TYPE_CHECKING:
    from bot.services import Services

SECRET, BOT_TOKEN, APP_TOKEN = "a-signing-secret", "xoxb-1-made-up", "xapp-1-made-up"
LINK = load("catalog.yaml")
ARGOCD = SimpleNamespace(problem=None, age_seconds=0.0)


class Followed:
    """Deployments whose steps a test names."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    async def names(self, user_ids: Collection[str]) -> dict[str, str]:
        del user_ids
        return {}

    async def follow(self, deployment: str) -> AsyncIterator[Step]:
        del deployment
        for step in self.steps:
            yield step


@dataclass
class Doors:
    """Everything that a story about doors speaks of."""

    world: World
    slack: SandboxSlack
    store: Store
    membership: Membership
    admission: Admission
    dispatch: Dispatch
    door: SlackDoor
    url: str
    followed: Followed
    metrics: Metrics
    services: Services
    sockets: SocketMode
    client: Slack
    events: list[EventDelivery]


@asynccontextmanager
async def open_doors(folder: Path, *, sockets: bool = False) -> AsyncIterator[Doors]:
    """Start everything on loopback; `sockets` connects by Socket Mode instead of HTTP."""
    clock, world, metrics, followed = SystemClock(), World(), Metrics(), Followed()
    slack = SandboxSlack(clock, signing_secret=SECRET, bot_token=BOT_TOKEN, app_token=APP_TOKEN)
    events: list[EventDelivery] = []
    async with AsyncExitStack() as stack:
        await slack.start()
        stack.push_async_callback(slack.stop)
        store = Store.open(folder / "doors.db", clock)
        stack.push_async_callback(store.close)
        client = Slack(BOT_TOKEN, clock, api_url=f"{slack.base_url}/api/")
        await stack.enter_async_context(client)
        identity = await client.auth_test()
        teams = frozenset({identity.team_id})
        membership = Membership(client, LINK, GroupHistory(store, clock), clock, teams)
        services = cast(
            "Services",
            SimpleNamespace(
                catalog=LINK,
                clock=clock,
                store=store,
                slack=client,
                membership=membership,
                reachability=Reachability(ARGOCD, {}, clock),
                audit=Recorder(store),
            ),
        )
        dispatch = Dispatch(world.commands(), services, metrics, lambda: "ref-1")
        tasks = await stack.enter_async_context(TaskGroup())

        def changed(delivery: EventDelivery) -> None:
            events.append(delivery)
            membership.forget()

        door = SlackDoor(dispatch, client, tasks, {"subteam_members_changed": changed})
        bolt = bolt_app(door)

        async def to_bolt(payload: Payload) -> BoltResponse:
            return await deliver(bolt, payload)

        admission = Admission(teams, "A0SHIPMATE", store)
        edge = Edge(
            signing_secret=SECRET,
            admission=admission,
            deliver=to_bolt,
            clock=clock,
            metrics=metrics,
        )
        socket_mode = SocketMode(
            app_token=APP_TOKEN,
            client=client.sdk,
            admission=admission,
            deliver=to_bolt,
            clock=clock,
        )
        app = web.Application()
        app.router.add_post("/slack/events", edge.slack_events)
        app.router.add_post("/api/v1/commands", Api(dispatch, store, followed, metrics).commands)
        ready = Readiness(store=True, slack=True, degraded={"Argo CD": "it did not answer."})
        add_probes(app, lambda: ready, metrics)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.bot_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        if sockets:
            running = tasks.create_task(socket_mode.run())
            stack.callback(running.cancel)
        stack.callback(world.go_on.set)
        yield Doors(
            world,
            slack,
            store,
            membership,
            admission,
            dispatch,
            door,
            slack.bot_url,
            followed,
            metrics,
            services,
            socket_mode,
            client,
            events,
        )
