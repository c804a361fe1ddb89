"""Every way in, opened and closed together: Slack by HTTP or socket, the API, the probes."""

from __future__ import annotations

import structlog
from aiohttp import web
from slack_bolt.response import BoltResponse

from bot.deployments.patience import patiently
from bot.dispatch import Dispatch
from bot.doors.admission import Admission
from bot.doors.api import Api
from bot.doors.bolt import SlackApp, bolt_app, deliver
from bot.doors.edge import Edge
from bot.doors.following import LedgerFollowing
from bot.doors.payloads import EventDelivery, Payload
from bot.doors.probes import Readiness, add_probes
from bot.doors.slack import SlackDoor
from bot.doors.socket_mode import SocketMode
from bot.metrics import Metrics
from bot.services import Services
from bot.settings import Settings
from integrations.groups import TaskGroup

log = structlog.get_logger(__name__)

_FOR_EVER = float("inf")
_MEMBERSHIP_EVENTS = (
    "subteam_members_changed",
    "subteam_updated",
    "subteam_created",
)


class Doors:
    """What comes in goes to `dispatch`; until Slack has said who the bot is, its door is shut."""

    def __init__(
        self,
        settings: Settings,
        services: Services,
        dispatch: Dispatch,
        metrics: Metrics,
        tasks: TaskGroup,
    ) -> None:
        self._settings = settings
        self._services = services
        self._metrics = metrics
        reactions = dict.fromkeys(_MEMBERSHIP_EVENTS, self._group_has_changed)
        self._slack = SlackDoor(dispatch, services.slack, tasks, reactions)
        self._api = Api(dispatch, services.store, LedgerFollowing(services), metrics)
        self._admission = Admission(
            frozenset(settings.slack_team_ids), settings.slack_app_id, services.store
        )
        self._bolt: SlackApp | None = None
        self._socket: SocketMode | None = None
        self._closing = False

    def application(self) -> web.Application:
        """The routes."""
        app = web.Application(client_max_size=1024 * 1024)
        add_probes(app, self.readiness, self._metrics)
        app.router.add_post("/api/v1/commands", self._commands)
        app.router.add_post("/github/webhook", _webhook)
        if not self._settings.socket_mode:
            edge = Edge(
                signing_secret=self._settings.slack_signing_secret.get_secret_value(),
                admission=self._admission,
                deliver=self._deliver,
                clock=self._services.clock,
                metrics=self._metrics,
            )
            app.router.add_post("/slack/events", edge.slack_events)
        return app

    async def run(self) -> None:
        """Learn from Slack who the bot is, for as long as that takes; then keep listening."""
        await patiently(
            self._services.clock,
            self._introduce,
            seconds=_FOR_EVER,
            waiting=lambda error: log.warning("slack.away", reason=error.summary),
            lasting=True,
        )
        if self._settings.socket_mode:
            self._socket = SocketMode(
                app_token=self._settings.slack_app_token.get_secret_value(),
                client=self._services.slack.sdk,
                admission=self._admission,
                deliver=self._deliver,
                clock=self._services.clock,
            )
            await self._socket.run()

    def close(self) -> None:
        """Take no new work."""
        self._closing = True
        self._slack.stop()

    def readiness(self) -> Readiness:
        """What is known of every system, without asking any."""
        services = self._services
        connected = self._bolt is not None
        if self._settings.socket_mode:
            connected = self._socket is not None and self._socket.is_connected
        usable = not services.store.failure and not self._closing
        degraded = services.reachability.degraded
        return Readiness(store=usable, slack=connected, degraded=degraded)

    async def _introduce(self) -> None:
        identity = await self._services.slack.auth_test()
        teams = frozenset(self._settings.slack_team_ids) or frozenset({identity.team_id})
        self._admission.team_ids = teams
        self._services.membership.team_ids = teams
        if not self._admission.app_id:
            self._admission.app_id = identity.app_id
        self._bolt = bolt_app(self._slack)

    async def _deliver(self, payload: Payload) -> BoltResponse:
        if self._bolt is None:
            return BoltResponse(status=503, body="Slack has not said yet who this bot is.")
        return await deliver(self._bolt, payload)

    async def _commands(self, request: web.Request) -> web.StreamResponse:
        if self._closing:
            return web.json_response({"error": "shipmate is restarting."}, status=503)
        return await self._api.commands(request)

    def _group_has_changed(self, delivery: EventDelivery) -> None:
        self._services.membership.has_changed(*delivery.event.group)


async def _webhook(_: web.Request) -> web.Response:
    """Refuses, so that whoever sets the hook up reads why in GitHub's list of deliveries."""
    why = "shipmate takes no webhooks: it asks GitHub itself. Remove this one from the repository."
    return web.json_response({"error": why}, status=501)
