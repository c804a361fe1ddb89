"""What machines ask of the bot: is it alive, is it ready, what does it count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from bot.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Readiness:
    """`store` and `slack`: usable. `degraded`: what is away, by name, with the reason."""

    store: bool
    slack: bool
    degraded: dict[str, str]

    @property
    def ready(self) -> bool:
        """Whether people can be served; systems that are away only degrade that."""
        return self.store and self.slack


def add_probes(app: web.Application, readiness: Callable[[], Readiness], metrics: Metrics) -> None:
    """`GET /healthz`, `/readyz` and `/metrics`. They ask nobody: `readiness` knows already."""

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def readyz(_: web.Request) -> web.Response:
        now = readiness()
        body = {
            "status": "ready" if now.ready else "not ready",
            "store": now.store,
            "slack": now.slack,
            "degraded": now.degraded,
        }
        return web.json_response(body, status=200 if now.ready else 503)

    async def counted(_: web.Request) -> web.Response:
        return web.Response(body=metrics.text(), content_type="text/plain", charset="utf-8")

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", counted)
