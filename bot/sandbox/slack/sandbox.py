"""A whole Slack on loopback: its Web API, its people, its page, and its bad days."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from bot.sandbox.slack import cast
from bot.sandbox.slack.acts import Acts
from bot.sandbox.slack.answers import take_response
from bot.sandbox.slack.api import WebApi
from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.driving import Driving
from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.model import Installation, Json
from bot.sandbox.slack.page import Page
from bot.sandbox.slack.panel import Control
from bot.sandbox.slack.patience import Patience, patience_for
from bot.sandbox.slack.reading import Reading
from bot.sandbox.slack.sockets import Sockets
from bot.sandbox.slack.workspace import Workspace
from integrations.clock import Clock

PAGE = Path(__file__).parent.parent / "page"
SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:join",
        "channels:read",
        "chat:write",
        "commands",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "reactions:write",
        "team:read",
        "usergroups:read",
        "users:read",
        "users:read.email",
    }
)
"""What the app may do until `manifest` is set; then what the manifest asks for."""


class SandboxSlack(Driving, Reading, Faults):
    """One workspace with one app installed.

    `bot_url` is the app's address (requests go to `<bot_url>/slack/events`, or through its
    sockets while it has any open). `base_url` is this server's own, without a slash at its end;
    the Web API is `<base_url>/api/`. Set both once the ports are known, or use `start`.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        signing_secret: str,
        bot_token: str,
        app_token: str,
        app_id: str = "A0SHIPMATE",
        team_id: str = cast.TEAM,
        patience: Patience | None = None,
    ) -> None:
        Faults.__init__(self)
        app = Installation(
            app_id, team_id, "Link", "link", bot_token, app_token, signing_secret, scopes=SCOPES
        )
        self.clock = clock
        self.workspace = Workspace(clock, app, patience or patience_for(clock))
        self.sockets = Sockets(self.workspace)
        self.delivery = Delivery(self.workspace, self.sockets)
        self.acts = Acts(self.workspace, self.delivery)
        self.api = WebApi(self.workspace, self)
        self.panel: list[Control] = []
        self.subcommands: list[Json] = []
        self._runner: web.AppRunner | None = None

    @property
    def bot_url(self) -> str:
        """Where the app listens."""
        return self.delivery.bot_url

    @bot_url.setter
    def bot_url(self, url: str) -> None:
        self.delivery.bot_url = url

    @property
    def base_url(self) -> str:
        """Where this server listens."""
        return self.workspace.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        self.workspace.base_url = url.rstrip("/")

    @property
    def manifest(self) -> Json:
        """The app's manifest; setting it installs the app anew, with its commands and scopes."""
        return self.workspace.manifest

    @manifest.setter
    def manifest(self, manifest: Json) -> None:
        self.workspace.install(manifest)

    def app(self) -> web.Application:
        """The Web API, Socket Mode, the response URLs, and the page with its own API."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self.api.handle)
        app.router.add_post("/upload/{id}", self.api.upload)
        app.router.add_get("/link/", self.sockets.serve)
        app.router.add_post("/response/{path}", self._respond)
        app.router.add_routes(Page(self).routes())
        app.router.add_get("/", _index)
        if PAGE.is_dir():
            app.router.add_static("/page/static", PAGE)
        app.on_shutdown.append(self._say_goodbye)
        app.cleanup_ctx.append(self._connections)
        return app

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; sets and returns `base_url`."""
        self._runner = web.AppRunner(self.app(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.base_url = f"http://{host}:{self._runner.addresses[0][1]}"
        return self.base_url

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def cut_off(self) -> None:
        """No connection to or from Slack works any more; sockets break."""
        self.is_cut = True
        self.delivery.is_cut = True
        self.sockets.drop()

    def restore(self) -> None:
        """Slack can be reached again."""
        self.is_cut = False
        self.delivery.is_cut = False

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        if self.is_cut and request.transport is not None:
            request.transport.abort()
            return web.Response()
        return await take_response(self.workspace, request)

    async def _connections(self, _: web.Application) -> AsyncIterator[None]:
        yield
        await self.delivery.close()

    async def _say_goodbye(self, _: web.Application) -> None:
        self.workspace.feed.publish("end", {})
        self.sockets.drop()


async def _index(_: web.Request) -> web.StreamResponse:
    return web.FileResponse(PAGE / "index.html")
