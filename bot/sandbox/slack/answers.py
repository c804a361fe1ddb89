"""Messages that come without a method: in an acknowledgement, or to a response_url."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from aiohttp import web

from bot.sandbox.slack.blocks import with_ids
from bot.sandbox.slack.blocks.check import check_message, too_long
from bot.sandbox.slack.delivery import Answer, Sent
from bot.sandbox.slack.messages import SLACKBOT
from bot.sandbox.slack.model import Channel, Json, SlackMessage, User
from bot.sandbox.slack.refusal import Refusal, invalid
from bot.sandbox.slack.triggers import ResponseTarget
from bot.sandbox.slack.workspace import Workspace


def draft(workspace: Workspace, body: Json, channel: str, user: str) -> SlackMessage:
    """The message in `body`, ephemeral for `user` unless it says in_channel. Raises Refusal."""
    text, blocks = body.get("text") or "", body.get("blocks") or []
    if not text and not blocks and not body.get("attachments"):
        raise Refusal("no_text")
    problems = check_message(blocks)
    if problems:
        raise invalid("invalid_blocks", problems)
    if too_long(blocks):
        raise Refusal("msg_blocks_too_long")
    app = workspace.installation
    return SlackMessage(
        channel=channel,
        user=app.bot_user_id,
        text=text,
        blocks=with_ids(blocks, workspace.mint),
        bot_id=app.bot_id,
        ephemeral_to="" if body.get("response_type") == "in_channel" else user,
    )


def show_command_answer(
    workspace: Workspace, answer: Answer, command: str, channel: Channel, user: User
) -> Answer:
    """Put on the screen what a slash command was answered with, or how it failed."""
    if answer.ok and not answer.body.strip():
        return answer
    error = answer.error
    if not error:
        try:
            message = draft(workspace, _body(answer), channel.id, user.id)
        except Refusal:
            error = "invalid_command_response"
        else:
            return replace(answer, message=workspace.messages.add(message))
    text = f'{command} failed with the error "{error}"'
    workspace.feed.publish("error", {"text": text, "channel": channel.id}, user.id)
    failed = SlackMessage(channel.id, SLACKBOT, text, ephemeral_to=user.id)
    return replace(answer, error=error, message=workspace.messages.add(failed))


def show_unknown_command(workspace: Workspace, line: str, channel: Channel, user: User) -> Answer:
    """What Slack says of a command that no app has; nothing is sent."""
    text = f"{line.split(maxsplit=1)[0]} is not a valid command."
    draft = SlackMessage(channel.id, SLACKBOT, text, ephemeral_to=user.id)
    sent = Sent("slash_commands", {})
    return Answer(0, "", "invalid_command", sent, workspace.messages.add(draft))


def _body(answer: Answer) -> Json:
    try:
        found: Any = json.loads(answer.body)
    except ValueError:
        return {"text": answer.body}
    return found if isinstance(found, dict) else {"text": answer.body}


async def take_response(workspace: Workspace, request: web.Request) -> web.Response:
    """POST to a response_url: 200 "ok", or 404 with Slack's code."""
    try:
        target = workspace.response_urls.spend(request.match_info["path"])
        respond(workspace, target, await _json_object(request))
    except Refusal as refusal:
        status = 404 if refusal.error in ("expired_url", "used_url") else 400
        failure = {"ok": False, "error": refusal.error} | refusal.more
        return web.json_response(failure, status=status)
    return web.Response(text="ok")


async def _json_object(request: web.Request) -> Json:
    try:
        body: Any = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal("invalid_payload")
    return body


def respond(workspace: Workspace, target: ResponseTarget, body: Json) -> SlackMessage | None:
    """Do what the app asks of one response_url. Raises Refusal."""
    messages = workspace.messages
    if target.ephemeral:
        before = messages.ephemeral(target.user, target.ts)
    else:
        before = messages.find(target.channel, target.ts)
    if body.get("delete_original"):
        if before is None:
            raise Refusal("message_not_found")
        messages.delete(before)
        return None
    wanted = draft(workspace, body, target.channel, target.user)
    if body.get("replace_original") and before is not None:
        content = replace(before, text=wanted.text, blocks=wanted.blocks)
        return messages.change(replace(content, edited_ts=messages.stamp()))
    thread_ts = body.get("thread_ts") or ""
    return messages.add(replace(wanted, thread_ts=thread_ts))
