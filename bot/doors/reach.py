"""How an answer reaches a person in Slack after the ack: a form, a response_url, a channel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.command import File, Reply
from bot.doors import forms as slack_forms
from bot.notifications.fitting import fitted
from bot.notifications.refusals import Meaning, meaning
from bot.request import Answer
from bot.views.message import Message, Modal
from bot.views.refusals import file_not_sent, upstream_failed
from integrations.errors import UpstreamError
from integrations.slack import SlackRefused

log = structlog.get_logger(__name__)


class Slack(Protocol):
    """What is said to Slack besides the acks. Everything raises UpstreamError."""

    async def respond(self, response_url: str, message: Message, *, replace: bool = False) -> None:
        """Answer the person alone."""
        ...

    async def ephemeral(self, channel: str, user: str, message: Message) -> object:
        """Say something in a channel to one person alone."""
        ...

    async def send_file(self, user: str, name: str, text: str, said: str) -> object:
        """Send a file to the person alone."""
        ...

    async def open_modal(self, trigger_id: str, modal: Modal) -> object:
        """Open a form; the trigger lives for 3 s and works once."""
        ...

    async def update_modal(self, view_id: str, modal: Modal) -> object:
        """Show something else in a form that is open."""
        ...


@dataclass(frozen=True, slots=True)
class Reach:
    """The ways that one payload leaves open; "" is no way."""

    user: str
    channel: str = ""
    response_url: str = ""
    trigger_id: str = ""
    view_id: str = ""


async def tell(slack: Slack, answer: Answer, reach: Reach, command: str = "") -> None:
    """Bring the answer to the person by the best way there is. Never raises UpstreamError."""
    message = answer.reply.message
    if answer.reply.modal:
        origin = slack_forms.Origin(reach.channel)
        failed = await _show(slack, origin.on(answer.reply.modal, command), reach)
        if failed is None:
            return
        message = message if message.text else upstream_failed(failed)
    if answer.reply.file:
        message = await _sent(slack, answer.reply, answer.reply.file, reach.user)
    if message.text:
        await _say(slack, message, reach)


async def _sent(slack: Slack, reply: Reply, file: File, user: str) -> Message:
    """What is said once the file is sent, or where it cannot be."""
    try:
        await slack.send_file(user, file.name, reply.document, file.said)
    except UpstreamError as error:
        log.warning("file not sent", reason=str(error))
        return file_not_sent(reply.message, error)
    return file.told


async def _show(slack: Slack, modal: Modal, reach: Reach) -> UpstreamError | None:
    try:
        if reach.view_id:
            await slack.update_modal(reach.view_id, modal)
        else:
            await slack.open_modal(reach.trigger_id, modal)
    except UpstreamError as error:
        log.warning("form not opened", reason=str(error))
        return error
    return None


async def _say(slack: Slack, message: Message, reach: Reach) -> None:
    try:
        if reach.response_url:
            await _send(message, lambda said: slack.respond(reach.response_url, said))
            return
    except UpstreamError as error:
        log.warning("answer not taken by response_url", reason=str(error))
    try:
        if reach.channel:
            await _send(message, lambda said: slack.ephemeral(reach.channel, reach.user, said))
        elif reach.view_id:
            await slack.update_modal(reach.view_id, slack_forms.result(message))
        else:
            log.warning("answer has no way to the person", user=reach.user)
    except UpstreamError as error:
        log.warning("answer not delivered", reason=str(error), user=reach.user)


async def _send(message: Message, way: Callable[[Message], Awaitable[object]]) -> None:
    """Send a message that way; its text alone where Slack does not take the layout."""
    try:
        await way(fitted(message))
    except SlackRefused as refused:
        if meaning(refused.code) is not Meaning.LAYOUT:
            raise
        log.warning("layout refused", code=refused.code)
        await way(fitted(message, layout_refused=refused.code))
