"""Just those services that a story needs, real or as a small fake of their own kind."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from bot.catalog import load
from bot.controls.register import Register
from bot.deployments.releases.spell_book import SpellBook
from integrations.clock import SystemClock

if TYPE_CHECKING:
    from bot.services import Services
    from bot.store import EventStore

NO_STORE = cast("EventStore", None)
"""Where nothing is ever recorded."""
CATALOG = load(Path(__file__).parents[3] / "catalog.yaml")


def services(**parts: object) -> Services:
    """The platform's catalog, the machine's clock, and the parts named; nothing else is there."""
    known: dict[str, object] = {
        "catalog": CATALOG,
        "clock": SystemClock(),
        "github": None,
        "registry": None,
        "controls": Register(NO_STORE, SystemClock()),
        "spells": SpellBook(NO_STORE),
    }
    return cast("Services", SimpleNamespace(**{**known, **parts}))
