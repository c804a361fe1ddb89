"""Bolt, with one listener for each kind of payload: the same for HTTP and Socket Mode."""

from __future__ import annotations

import logging
import re
from typing import Any, assert_never

from slack_bolt.async_app import AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

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

_ANY = re.compile("", re.DOTALL)
_PAYLOAD = "shipmate_payload"

logging.getLogger("slack_bolt.RequestVerification").setLevel(logging.WARNING)
"""It logs whole bodies where a signature is wrong."""


async def deliver(bolt: AsyncApp, payload: Payload) -> BoltResponse:
    """Give Bolt a payload that was verified, admitted and parsed already.

    Bolt parses the body of its own HTTP mode before it verifies it, and dies of fields that are
    not as it expects; its Socket Mode takes parsed bodies, and this one has nothing unexpected.
    """
    return await bolt.async_dispatch(
        AsyncBoltRequest(body=_routed(payload), mode="socket_mode", context={_PAYLOAD: payload})
    )


def _routed(payload: Payload) -> dict[str, Any]:
    """As much of the payload as Bolt needs to find its listener."""
    match payload:
        case SlashCommand():
            return {
                "command": payload.command,
                "team_id": payload.team_id,
                "user_id": payload.user_id,
            }
        case Click():
            routed = [{"type": "button", "action_id": each.action_id} for each in payload.actions]
            return {**_from(payload), "actions": routed}
        case Submission() | Closed():
            view = {"type": "modal", "callback_id": payload.view.callback_id}
            return {**_from(payload), "view": view}
        case EventDelivery():
            event = {"type": payload.event.type}
            return {"type": "event_callback", "team_id": payload.team_id, "event": event}
        case Other():
            return {}
        case _:
            assert_never(payload)


def _from(payload: Click | Submission | Closed) -> dict[str, Any]:
    team = payload.team.id if payload.team else payload.user.team_id
    return {"type": payload.type, "team": {"id": team}, "user": {"id": payload.user.id}}


def bolt_app(door: SlackDoor, *, team_id: str, bot_id: str, bot_user_id: str) -> AsyncApp:
    """The Bolt app of the bot that auth.test names. It routes and never calls Slack: no token.

    process_before_response: otherwise Bolt polls for each ack every 10 ms. One listener per
    kind: Bolt tries them one after the other. What is verified at the edge is not verified twice.
    """
    identity = AuthorizeResult(
        enterprise_id=None, team_id=team_id, bot_id=bot_id, bot_user_id=bot_user_id
    )

    async def authorize(**_: Any) -> AuthorizeResult:
        return identity

    bolt = AsyncApp(
        name="shipmate",
        logger=_quiet_logger(),
        signing_secret="",
        client=AsyncWebClient(),
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    _listen(bolt, door)
    return bolt


def _listen(bolt: AsyncApp, door: SlackDoor) -> None:
    @bolt.command(_ANY)
    async def command(context: AsyncBoltContext) -> BoltResponse:
        return _response(await door.command(context[_PAYLOAD]))

    @bolt.action(_ANY)
    async def click(context: AsyncBoltContext) -> BoltResponse:
        return _response(await door.click(context[_PAYLOAD]))

    @bolt.view_submission(_ANY)
    async def submission(context: AsyncBoltContext) -> BoltResponse:
        return _response(await door.submission(context[_PAYLOAD]))

    @bolt.event(_ANY)
    async def event(context: AsyncBoltContext) -> BoltResponse:
        door.event(context[_PAYLOAD])
        return _response(None)

    @bolt.view_closed(_ANY)
    async def closed() -> BoltResponse:
        return _response(None)


def _response(ack: Ack) -> BoltResponse:
    return BoltResponse(status=200, body=ack if ack is not None else "")


def _quiet_logger() -> logging.Logger:
    """Bolt's own logger: errors with their trace, and no hints about requests it has no use for."""
    logger = logging.getLogger("slack_bolt.shipmate")
    logger.setLevel(logging.ERROR)
    return logger
