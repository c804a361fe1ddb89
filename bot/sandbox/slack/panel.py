"""The page's panel: switches for the world, filled in by whoever puts the sandbox together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from bot.sandbox.slack.model import Json


@dataclass(frozen=True, slots=True)
class Control:
    """One control. `act` takes the new value ("" for a button) and answers with one sentence.

    `value` tells how a toggle or a choice stands now; `options` are a choice's values.
    """

    id: str
    label: str
    kind: Literal["button", "toggle", "choice"]
    act: Callable[[object], Awaitable[str]]
    group: str = ""
    options: tuple[str, ...] = ()
    value: Callable[[], object] | None = None

    def json(self) -> Json:
        """The control as the page draws it."""
        body: Json = {
            "id": self.id,
            "label": self.label,
            "kind": self.kind,
            "group": self.group,
        }
        if self.options:
            body["options"] = list(self.options)
        if self.value is not None:
            body["value"] = self.value()
        return body
