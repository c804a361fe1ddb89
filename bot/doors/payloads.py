"""What Slack sends, as checked values; everything else in a payload is left aside.

Shapes: https://docs.slack.dev/interactivity/implementing-slash-commands,
https://docs.slack.dev/reference/interaction-payloads, https://docs.slack.dev/apis/events-api
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class Malformed(Exception):
    """The body is nothing that Slack sends."""


class Wire(BaseModel):
    """A part of a payload."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SlashCommand(Wire):
    """Somebody typed a command. `text` has Slack's three escapes still in it."""

    command: str = Field(min_length=1)
    text: str = ""
    team_id: str
    api_app_id: str = ""
    user_id: str = Field(min_length=1)
    user_name: str = ""
    channel_id: str = ""
    channel_name: str = ""
    response_url: str = ""
    trigger_id: str = Field(min_length=1)

    @property
    def teams(self) -> tuple[str, ...]:
        """The workspaces it speaks of."""
        return (self.team_id,)

    @property
    def keys(self) -> tuple[str, ...]:
        """What makes this delivery the same as another."""
        return (f"trigger:{self.trigger_id}",)


class Named(Wire):
    """A workspace or a channel."""

    id: str
    name: str = ""


class Who(Wire):
    """The person who clicked."""

    id: str = Field(min_length=1)
    name: str = ""
    username: str = ""
    team_id: str = ""


class Choice(Wire):
    """A chosen option."""

    value: str = ""


class Action(Wire):
    """What was clicked or chosen."""

    action_id: str = ""
    block_id: str = ""
    value: str | None = None
    selected_option: Choice | None = None

    @property
    def words(self) -> str:
        """The button's value, or the chosen option's."""
        chosen = self.selected_option.value if self.selected_option else ""
        return self.value or chosen


class State(Wire):
    """The fields of a form: block_id -> action_id -> element state."""

    values: dict[str, dict[str, dict[str, Any]]] = Field(default_factory=dict)


class View(Wire):
    """The modal it happened in."""

    id: str = ""
    callback_id: str = ""
    private_metadata: str = ""
    blocks: list[dict[str, Any]] = Field(default_factory=list)
    state: State = State()


class Interaction(Wire):
    """What all clicks and forms have in common."""

    team: Named | None = None  # None for an app that a whole organisation installed
    user: Who
    api_app_id: str = ""
    trigger_id: str = ""
    channel: Named | None = None
    response_url: str = ""

    @property
    def teams(self) -> tuple[str, ...]:
        """The workspaces it speaks of: where it happened, and whose person it was."""
        here = self.team.id if self.team else ""
        return tuple(each for each in (here, self.user.team_id) if each)

    @property
    def keys(self) -> tuple[str, ...]:
        """What makes this delivery the same as another."""
        return (f"trigger:{self.trigger_id}",) if self.trigger_id else ()


class Click(Interaction):
    """A button was clicked, or a menu used, in a message or a modal."""

    type: Literal["block_actions"]
    actions: tuple[Action, ...] = Field(min_length=1)
    view: View | None = None


class Submission(Interaction):
    """A form was submitted."""

    type: Literal["view_submission"]
    view: View


class Closed(Interaction):
    """A form was closed without being submitted."""

    type: Literal["view_closed"]
    view: View


class Happened(Wire):
    """The event itself; of a user group it tells all, or its ID alone."""

    type: str
    subteam: Any = None
    subteam_id: str = ""

    @property
    def group(self) -> tuple[str, str]:
        """ID and handle of the user group that it is about, "" for what it does not tell."""
        told = self.subteam if isinstance(self.subteam, dict) else {}
        return self.subteam_id or str(told.get("id", "")), str(told.get("handle", ""))


class EventDelivery(Wire):
    """The Events API says that something happened."""

    type: Literal["event_callback"]
    team_id: str
    api_app_id: str = ""
    event_id: str = Field(min_length=1)
    event: Happened

    @property
    def teams(self) -> tuple[str, ...]:
        """The workspaces it speaks of."""
        return (self.team_id,)

    @property
    def keys(self) -> tuple[str, ...]:
        """What makes this delivery the same as another."""
        return (f"event:{self.event_id}",)


class Other(Interaction):
    """Something the bot asks for nowhere: a shortcut, a rate-limit notice."""

    type: str = Field(min_length=1)
    team_id: str = ""
    user: Who = Who(id="-")

    @property
    def teams(self) -> tuple[str, ...]:
        """The workspaces it speaks of."""
        return (*super().teams, *((self.team_id,) if self.team_id else ()))


Payload = SlashCommand | Click | Submission | Closed | EventDelivery | Other

_BY_TYPE: Mapping[str, type[Click | Submission | Closed | EventDelivery]] = {
    "block_actions": Click,
    "view_submission": Submission,
    "view_closed": Closed,
    "event_callback": EventDelivery,
}


def read(body: Mapping[str, Any]) -> Payload:
    """The payload of a decoded body. Raises Malformed."""
    kind = body.get("type")
    try:
        if kind is None and "command" in body:
            return SlashCommand.model_validate(body)
        model = _BY_TYPE.get(kind, Other) if isinstance(kind, str) else Other
        return model.model_validate(body)
    except (ValidationError, RecursionError) as error:
        raise Malformed from error
