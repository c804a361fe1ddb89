"""What people do in Slack, turned into requests, and answered in the ways Slack has."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.access import Actor
from bot.command import Reply
from bot.dispatch import Dispatch
from bot.doors import forms as slack_forms
from bot.doors.payloads import Click, EventDelivery, Interaction, SlashCommand, Submission
from bot.doors.reach import Reach, Slack, tell
from bot.notifications.fitting import fitted
from bot.request import Answer, Found, Prepared, Request
from bot.views import refusals
from bot.views.message import Message
from integrations.groups import TaskGroup

log = structlog.get_logger(__name__)

Ack = dict[str, Any] | None
"""The JSON that Slack gets at once, or nothing but "received"."""

_ACK_SECONDS = 1.5
"""Slack waits 3 s: a quick command that must first ask Slack who somebody is gets half of it."""


@dataclass(slots=True)
class _Handover:
    """Whether an answer still goes into the ack, or is told afterwards."""

    answer: Answer | None = None
    too_late: bool = False


class SlackDoor:
    """Acks are decided at once; what takes longer runs in `tasks` and answers afterwards."""

    def __init__(
        self,
        dispatch: Dispatch,
        slack: Slack,
        tasks: TaskGroup,
        on_event: Mapping[str, Callable[[EventDelivery], None]],
    ) -> None:
        self._dispatch = dispatch
        self._slack = slack
        self._tasks = tasks
        self._on_event = on_event
        self._stopping = False

    def stop(self) -> None:
        """Take no new work; what runs goes on."""
        self._stopping = True

    async def command(self, payload: SlashCommand) -> Ack:
        """Somebody typed a slash command."""
        request = Request(
            actor=Actor(id=payload.user_id, name=payload.user_name, team=payload.team_id),
            text=_typed(payload),
            key=payload.trigger_id,
            channel=payload.channel_id,
            channel_name=payload.channel_name,
        )
        reach = Reach(payload.user_id, payload.channel_id, payload.response_url, payload.trigger_id)
        found = self._dispatch.find(request)
        if isinstance(found, Found) and found.wants_form and not self._stopping:
            self._later(self._open_form(found, reach))
            return None
        answer = await self._in_time(found, reach)
        if answer is None:
            return None
        if answer.reply.modal:
            await self._tell(answer, reach)
            return None
        return ephemeral(answer.reply.message)

    async def click(self, payload: Click) -> Ack:
        """Somebody clicked a button of ours; links and menus that only hold a choice do nothing."""
        action = next((each for each in payload.actions if each.action_id.startswith("run:")), None)
        if action is None:
            return None
        reach = Reach(
            payload.user.id,
            payload.channel.id if payload.channel else "",
            payload.response_url,
            payload.trigger_id,
            payload.view.id if payload.view else "",
        )
        request = _request(payload, f"{action.action_id.split(':')[1]} {action.words}")
        answer = await self._in_time(self._dispatch.find(request), reach)
        if answer is not None:
            await self._tell(answer, reach)
        return None

    async def submission(self, payload: Submission) -> Ack:
        """Somebody submitted a form: it closes, or stays open with every mistake at its field."""
        view = payload.view
        origin = slack_forms.Origin.read(view.private_metadata)
        reach = Reach(payload.user.id, origin.channel, payload.response_url, view_id=view.id)
        name = view.callback_id.removeprefix("form:")
        request = replace(_request(payload, name), channel=origin.channel, channel_name=origin.name)
        values = {"line": origin.line, **slack_forms.values(view.state)}
        found = self._dispatch.submitted(request, name, values)
        answer = await self._in_time(found, reach)
        if answer is None:
            return None
        message = answer.reply.message
        if answer.reply.modal is not None:
            asked = slack_forms.as_view(origin.on(answer.reply.modal, name))
            return {"response_action": "update", "view": asked}
        if answer.error is not None:
            errors = slack_forms.errors(answer.error, message, view)
            if errors:
                return {"response_action": "errors", "errors": errors}
        if not origin.channel and message.text:
            shown = slack_forms.as_view(slack_forms.result(message))
            return {"response_action": "update", "view": shown}
        await self._tell(answer, reach)
        return None

    def event(self, payload: EventDelivery) -> None:
        """Something happened in the workspace."""
        react = self._on_event.get(payload.event.type)
        if react is not None:
            react(payload)

    async def _in_time(self, found: Found | Answer, reach: Reach) -> Answer | None:
        """The answer, where it comes in time for the ack; otherwise it is told afterwards."""
        if isinstance(found, Answer):
            return found
        if self._stopping:
            return Answer(Reply(refusals.stopping(), failed=True))
        prepared = self._dispatch.prepare(found)
        if isinstance(prepared, Answer):
            return prepared
        if not prepared.is_slow and self._dispatch.is_known(found.request):
            return await self._dispatch.run(prepared)
        handover = _Handover(too_late=prepared.is_slow)
        running = self._later(self._run(prepared, reach, handover))
        if not prepared.is_slow:
            await asyncio.wait({running}, timeout=_ACK_SECONDS)
            handover.too_late = True
        return handover.answer

    async def _run(self, prepared: Prepared, reach: Reach, handover: _Handover) -> None:
        answer = await self._dispatch.run(prepared)
        if handover.too_late:
            await tell(self._slack, answer, reach)
        else:
            handover.answer = answer

    async def _open_form(self, found: Found, reach: Reach) -> None:
        answer = await self._dispatch.form(found)
        await tell(self._slack, answer, reach, found.command.name)

    async def _tell(self, answer: Answer, reach: Reach) -> None:
        """After the ack; before it while stopping, for `tasks` may have ended."""
        work = tell(self._slack, answer, reach)
        if self._stopping:
            await _contained(work)
        else:
            self._later(work)

    def _later(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self._tasks.create_task(_contained(work), name="slack answer")


async def _contained(work: Coroutine[Any, Any, None]) -> None:
    """A bug in one answer stays in that answer: a task group ends with its first failure."""
    try:
        await work
    except Exception:
        log.exception("answer lost")


def ephemeral(message: Message) -> Ack:
    """A message as an ack that only the person sees."""
    if not message.text:
        return None
    fits = fitted(message)
    ack: dict[str, Any] = {"response_type": "ephemeral", "text": fits.text}
    if fits.blocks:
        ack["blocks"] = list(fits.blocks)
    return ack


def _request(payload: Interaction, text: str) -> Request:
    user, channel = payload.user, payload.channel
    team = user.team_id or (payload.team.id if payload.team else "")
    return Request(
        actor=Actor(id=user.id, name=user.username or user.name, team=team),
        text=text,
        key=payload.trigger_id,
        channel=channel.id if channel else "",
        channel_name=channel.name if channel else "",
    )


def _typed(payload: SlashCommand) -> str:
    """The whole command line, without the three escapes that Slack puts into it.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    text = payload.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    name = payload.command.removeprefix("/")
    return text if name == "shipmate" else f"{name} {text}"
