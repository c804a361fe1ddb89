"""What one Web API method is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.rates import Tier
from bot.sandbox.slack.workspace import Workspace

Call = Callable[[Workspace, Json], Json]
"""Does it: the checked arguments in, the answer's fields out. Raises Refusal."""


@dataclass(frozen=True, slots=True)
class Method:
    """One method. Any one of `scopes` lets the token call it; none asks for no scope."""

    name: str
    tier: Tier
    call: Call
    arguments: Arguments = field(default_factory=Arguments)
    scopes: tuple[str, ...] = ()
    takes_json: bool = False
    token: Literal["bot", "app"] = "bot"
    errors: tuple[str, ...] = ()  # the codes that this sandbox can answer with
