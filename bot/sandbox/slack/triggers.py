"""What Slack lends an app to answer with: trigger ids and response URLs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.slack.patience import Patience
from bot.sandbox.slack.refusal import Refusal
from integrations.clock import Clock


@dataclass(slots=True)
class _Trigger:
    user: str
    view_id: str
    expires_at: datetime
    used: bool = False


class Triggers:
    """Trigger ids: good for 3 s, and for one use."""

    def __init__(self, clock: Clock, patience: Patience) -> None:
        self._clock = clock
        self._patience = patience
        self._known: dict[str, _Trigger] = {}

    def issue(self, user: str, view_id: str = "") -> str:
        """A new trigger for `user`; `view_id` is the modal in which they acted."""
        life = timedelta(seconds=self._patience.trigger)
        trigger = f"{len(self._known) + 1}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._known[trigger] = _Trigger(user, view_id, self._clock.now() + life)
        return trigger

    def spend(self, trigger_id: str) -> tuple[str, str]:
        """(user, view id) of the trigger, which is then used up. Raises Refusal."""
        trigger = self._known.get(trigger_id)
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        if self._clock.now() >= trigger.expires_at:
            raise Refusal("expired_trigger_id")
        trigger.used = True
        return trigger.user, trigger.view_id


@dataclass(slots=True)
class ResponseTarget:
    """Where one response_url leads. `ts` is the message it belongs to, "" for a command."""

    channel: str
    user: str
    expires_at: datetime
    ts: str = ""
    thread_ts: str = ""
    ephemeral: bool = False
    uses: int = 0


class ResponseUrls:
    """Response URLs: 5 uses within 30 min."""

    def __init__(self, clock: Clock, patience: Patience) -> None:
        self._clock = clock
        self._patience = patience
        self._known: dict[str, ResponseTarget] = {}

    def issue(
        self, channel: str, user: str, ts: str = "", thread_ts: str = "", *, ephemeral: bool = False
    ) -> str:
        """The path of a new URL, to be set behind the sandbox's address."""
        path = f"T{len(self._known) + 1}-{secrets.token_hex(12)}"
        expires_at = self._clock.now() + timedelta(seconds=self._patience.response_url)
        self._known[path] = ResponseTarget(channel, user, expires_at, ts, thread_ts, ephemeral)
        return f"/response/{path}"

    def spend(self, path: str) -> ResponseTarget:
        """Where the URL leads; one use of it is gone. Raises Refusal."""
        target = self._known.get(path)
        if target is None or self._clock.now() >= target.expires_at:
            raise Refusal("expired_url")
        if target.uses >= self._patience.response_url_uses:
            raise Refusal("used_url")
        target.uses += 1
        return target
