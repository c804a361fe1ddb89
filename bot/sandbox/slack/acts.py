"""What people do in Slack: type a command, press a button, submit or close a form, speak."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.sandbox.slack import forms, payloads
from bot.sandbox.slack.answers import show_command_answer, show_unknown_command
from bot.sandbox.slack.blocks import with_ids
from bot.sandbox.slack.blocks.check import check_view
from bot.sandbox.slack.delivery import Answer, Delivery, Sent, pause
from bot.sandbox.slack.model import Channel, Json, SlackMessage, View
from bot.sandbox.slack.wire import view_json
from bot.sandbox.slack.workspace import Workspace


class Acts:
    """Turns what a person does into what Slack sends, and the answer into what they see."""

    def __init__(self, workspace: Workspace, delivery: Delivery) -> None:
        self._workspace = workspace
        self._delivery = delivery

    async def command(self, user: str, channel: Channel, line: str) -> Answer:
        """Type a slash command into a channel."""
        workspace = self._workspace
        who = workspace.users[user]
        if not workspace.knows(line.split(maxsplit=1)[0]):
            return show_unknown_command(workspace, line, channel, who)
        url = workspace.base_url + workspace.response_urls.issue(channel.id, user)
        trigger_id = workspace.triggers.issue(user)
        form = payloads.slash_command(
            workspace.installation, who, channel, line, url=url, trigger_id=trigger_id
        )
        answer = await self._delivery.send("slash_commands", form)
        return show_command_answer(workspace, answer, form["command"], channel, who)

    async def click(
        self, user: str, message: SlackMessage, wanted: str, given: Any = None, **more: Any
    ) -> Answer:
        """Press the button, or choose `given`, in a message. `wanted`: its action_id or text.

        `more`: `block_id`, and `state` (block_id -> action_id -> value). Raises LookupError
        where the message, as it stands, has no such element.
        """
        workspace = self._workspace
        found = forms.find(message.blocks, wanted, more.get("block_id", ""))
        if found is None:
            raise LookupError(f"no {wanted!r} in the message {message.text!r}")
        action = forms.action(*found, given, workspace.messages.stamp())
        values = forms.state(message.blocks, more.get("state") or {})
        channel = workspace.channels[message.channel]
        url = workspace.base_url + workspace.response_urls.issue(
            channel.id, user, message.ts, message.thread_ts, ephemeral=bool(message.ephemeral_to)
        )
        body = self._click(user, action, values)
        body |= payloads.in_message(workspace.installation, message, channel, url)
        return await self._interact(user, body)

    async def click_in_view(
        self, user: str, view: View, wanted: str, given: Any = None, **more: Any
    ) -> Answer:
        """The same, in a modal or a home tab."""
        found = forms.find(view.content["blocks"], wanted, more.get("block_id", ""))
        if found is None:
            raise LookupError(f"no {wanted!r} in the view {view.id}")
        action = forms.action(*found, given, self._workspace.messages.stamp())
        values = forms.state(view.content["blocks"], more.get("state") or view.values)
        view = self._workspace.views.remember(view, values)
        body = self._click(user, action, values, view.id)
        body |= payloads.in_view(self._workspace.installation, view)
        return await self._interact(user, body)

    async def submit(self, user: str, view: View, given: Mapping[str, Any]) -> Answer:
        """Fill in and submit a modal.

        What Slack's own client refuses (an empty required field) never reaches the app: the
        answer then has status 0, error "incomplete" and a body as the app's own errors have.
        """
        workspace = self._workspace
        values = forms.state(view.content["blocks"], given)
        missing = forms.missing(view.content["blocks"], values)
        if missing:
            return incomplete(missing)
        view = workspace.views.remember(view, values)
        who, app = workspace.users[user], workspace.installation
        trigger_id = workspace.triggers.issue(user, view.id)
        body = payloads.view_submission(app, who, view, trigger_id)
        answer = await self._interact(user, body)
        return self._after_submission(view, answer) if answer.ok else answer

    async def close(self, user: str, view: View, *, everything: bool = False) -> Answer | None:
        """Close a modal; the app hears of it where the view asks for that."""
        workspace = self._workspace
        workspace.views.close(
            user, everything=everything or bool(view.content.get("clear_on_close"))
        )
        if not view.content.get("notify_on_close"):
            return None
        who, app = workspace.users[user], workspace.installation
        body = payloads.view_closed(app, who, view, is_cleared=everything)
        return await self._delivery.send("interactive", body)

    async def event(self, event: Json, *, retries: bool = True) -> Answer:
        """Tell the app of an event, and again (3 times at most) where it does not answer 200."""
        workspace = self._workspace
        stamped = {"event_ts": workspace.messages.stamp()} | event
        event_id = workspace.mint("Ev0")
        now = workspace.clock.now()
        body = payloads.event_callback(workspace.installation, stamped, event_id, now)
        answer = await self._delivery.send("events_api", body)
        for number, wait in enumerate(workspace.patience.retries if retries else (), start=1):
            if answer.ok:
                break
            await pause(workspace, wait)
            answer = await self.retry(answer, number)
        return answer

    async def say(self, user: str, channel: str, text: str, thread_ts: str = "") -> SlackMessage:
        """Say something; the app hears of it where it is mentioned and asked for mentions."""
        workspace = self._workspace
        said = payloads.escape(text)
        draft = SlackMessage(workspace.channels[channel].id, user, said, thread_ts=thread_ts)
        message = workspace.messages.add(draft)
        mentioned = f"<@{workspace.installation.bot_user_id}>" in text
        if mentioned and workspace.subscribes("app_mention"):
            event = {"type": "app_mention", "user": user, "text": said, "ts": message.ts}
            event |= {"channel": channel, "team": workspace.users[user].team_id}
            await self.event(event | ({"thread_ts": thread_ts} if thread_ts else {}))
        return message

    async def open_home(self, user: str) -> Answer:
        """Look at the app's home tab."""
        channel = self._workspace.direct(user)
        event: Json = {"type": "app_home_opened", "user": user, "channel": channel.id}
        event["tab"] = "home"
        home = self._workspace.views.home(user)
        if home is not None:
            event["view"] = view_json(home, self._workspace.installation)
        return await self.event(event)

    async def verify_url(self) -> Answer:
        """Ask the app to prove that it owns its URL, as Slack does when the URL is set.

        https://docs.slack.dev/reference/events/url_verification
        """
        challenge = self._workspace.mint("challenge")
        body = {"type": "url_verification", "token": payloads.VERIFICATION_TOKEN}
        answer = await self._delivery.send("events_api", body | {"challenge": challenge})
        proven = challenge in (answer.body.strip(), answer.json.get("challenge"))
        return answer if proven or not answer.ok else replace(answer, error="challenge_failed")

    async def again(self, sent: Sent) -> Answer:
        """The very same request once more."""
        return await self._delivery.again(sent)

    async def retry(self, answer: Answer, number: int) -> Answer:
        """The same event, signed anew and marked as Slack's retry `number`."""
        timed_out = answer.error == "operation_timeout"
        unreached = answer.error == "dispatch_failed"
        reason = "http_timeout" if timed_out else "connection_failed" if unreached else "http_error"
        marks = {"x-slack-retry-num": str(number), "x-slack-retry-reason": reason}
        return await self._delivery.send("events_api", answer.sent.payload, **marks)

    def asks_first(self, message: SlackMessage, wanted: str) -> bool:
        """Whether the element has a confirmation dialog."""
        found = forms.find(message.blocks, wanted)
        return found is not None and "confirm" in found[1]

    def _click(self, user: str, action: Json, values: Json, view_id: str = "") -> Json:
        workspace = self._workspace
        trigger_id = workspace.triggers.issue(user, view_id)
        who, app = workspace.users[user], workspace.installation
        return payloads.block_actions(app, who, action, trigger_id=trigger_id, state=values)

    async def _interact(self, user: str, body: Json) -> Answer:
        answer = await self._delivery.send("interactive", body)
        if not answer.ok:
            text = f"{answer.error}: the app did not acknowledge what you did."
            self._workspace.feed.publish("error", {"text": text}, user)
        return answer

    def _after_submission(self, view: View, answer: Answer) -> Answer:
        views, body = self._workspace.views, answer.json
        match body.get("response_action"):
            case None:
                views.close(view.user)
            case "clear":
                views.close(view.user, everything=True)
            case "errors":
                unknown = set(body["errors"]) - set(_block_ids(view))
                return replace(answer, error="invalid_errors") if unknown else answer
            case "update" | "push" as what:
                if check_view(body["view"]):
                    return replace(answer, error="invalid_view")
                blocks = list(with_ids(body["view"]["blocks"], self._workspace.mint))
                content = body["view"] | {"blocks": blocks}
                _ = (
                    views.update(view, content)
                    if what == "update"
                    else views.push(view.user, content)
                )
        return answer


def incomplete(missing: Mapping[str, str]) -> Answer:
    """What Slack's client itself says of a form with gaps."""
    body = json.dumps({"response_action": "errors", "errors": dict(missing)})
    return Answer(0, body, "incomplete", Sent("interactive", {}))


def _block_ids(view: View) -> list[str]:
    return [block["block_id"] for block in view.content["blocks"]]
