"""Bolt, with one middleware for all payloads: the same for HTTP and Socket Mode."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, assert_never

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.compact import compact
from bot.doors.payloads import (
    Click,
    Closed,
    EventDelivery,
    Other,
    Payload,
    SlashCommand,
    Submission,
)
from bot.doors.slack import Ack, SlackDoor

_PAYLOAD = "shipmate_payload"

logging.getLogger("slack_bolt.RequestVerification").setLevel(logging.WARNING)
"""It logs whole bodies where a signature is wrong."""


async def deliver(bolt: SlackApp, payload: Payload) -> BoltResponse:
    """Give Bolt a payload that was verified, admitted and parsed already.

    A slash command goes straight to its route: Bolt has nothing to do for it, and people wait
    for its acknowledgement. Bolt parses the body of its own HTTP mode before it verifies it, and dies of fields that are
    not as it expects; its Socket Mode takes parsed bodies, and this one has nothing unexpected.
    """
    if isinstance(payload, SlashCommand):
        return await bolt.route.answer(payload)
    body = {"team_id": payload.teams[0]}
    return await bolt.async_dispatch(
        AsyncBoltRequest(body=body, mode="socket_mode", context={_PAYLOAD: payload})
    )


def bolt_app(door: SlackDoor) -> SlackApp:
    """The Bolt app of the bot. It never calls Slack: no token.

    What is verified at the edge is not verified twice, and Bolt's listeners are not used: each
    one that is tried and each one that runs has 30 arguments made for it, by name.
    """
    return SlackApp(
        route=Route(door),
        name="shipmate",
        logger=_quiet_logger(),
        signing_secret="",
        client=AsyncWebClient(),
        authorize=_unasked,
        process_before_response=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


async def _unasked(**_: Any) -> AuthorizeResult:
    """Bolt wants one. The route ends before it: whose request it is, the admission has asked."""
    return AuthorizeResult(enterprise_id=None, team_id=None)


class SlackApp(AsyncApp):
    """Bolt, with the route of every payload before whatever else it does."""

    def __init__(self, route: Route, **options: Any) -> None:
        super().__init__(before_authorize=route, **options)
        self.route = route

    def _init_context(self, req: AsyncBoltRequest) -> None:
        """Nothing: Bolt makes every request a web client of its own, and nothing here uses one."""


class Route(AsyncMiddleware):
    """Gives each payload to the door's method for its kind, and Slack the answer."""

    def __init__(self, door: SlackDoor) -> None:
        self._door = door

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 -- Bolt's own name
    ) -> BoltResponse:
        """The end of the chain: the next one is never called."""
        del resp, next
        return await self.answer(req.context[_PAYLOAD])

    async def answer(self, payload: Payload) -> BoltResponse:
        """What Slack gets for the payload."""
        ack = await self._answered(payload)
        return BoltResponse(status=200, body=compact(ack) if ack is not None else "")

    async def _answered(self, payload: Payload) -> Ack:
        match payload:
            case SlashCommand():
                return await self._door.command(payload)
            case Click():
                return await self._door.click(payload)
            case Submission():
                return await self._door.submission(payload)
            case EventDelivery():
                self._door.event(payload)
                return None
            case Closed() | Other():
                return None
            case _:
                assert_never(payload)


def _quiet_logger() -> logging.Logger:
    """Bolt's own logger: errors with their trace, and no hints about requests it has no use for."""
    logger = logging.getLogger("slack_bolt.shipmate")
    logger.setLevel(logging.ERROR)
    return logger
