"""Which payloads may come in: from our workspaces, to our app, and never twice."""

from __future__ import annotations

from typing import Protocol

from bot.doors.payloads import Payload

_REMEMBERED_SECONDS = 26 * 3600.0
"""Slack redelivers events for up to a day: https://docs.slack.dev/apis/events-api#retries."""


class Seen(Protocol):
    """A memory of keys that outlives the process; the store is one."""

    def remember(self, key: str, seconds: float) -> bool:
        """Whether the key is new; it then counts as seen for `seconds`."""
        ...


class Admission:
    """Asked for every payload of every Slack door, before anything is done with it.

    `team_ids` and `app_id` may be set once Slack has told them: nobody is admitted before the
    first, and an `app_id` of "" is not checked, for neither settings nor Slack tell it.
    """

    def __init__(self, team_ids: frozenset[str], app_id: str, seen: Seen) -> None:
        self.team_ids = team_ids
        self.app_id = app_id
        self._seen = seen

    def is_ours(self, payload: Payload) -> bool:
        """Whether every workspace it names may call in, and it is meant for this app."""
        teams = payload.teams
        return (
            bool(teams)
            and self.team_ids.issuperset(teams)
            and (not self.app_id or payload.api_app_id == self.app_id)
        )

    def is_new(self, payload: Payload, envelope_id: str = "") -> bool:
        """Whether it was not delivered before; from now on it was."""
        keys = (*payload.keys, f"envelope:{envelope_id}") if envelope_id else payload.keys
        fresh = [self._seen.remember(key, _REMEMBERED_SECONDS) for key in keys]
        return all(fresh)
