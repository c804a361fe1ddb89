"""Auto-sync, which a rollback by Argo CD switches off, and gives back afterwards."""

from __future__ import annotations

from typing import Literal

from bot.deployments.events.event import Event


class AutoSyncSwitchedOff(Event):
    """Auto-sync of one application is about to be off; these are the words of its policy before,
    `enabled` None where the word was absent.
    """

    type: Literal["AutoSyncSwitchedOff"] = "AutoSyncSwitchedOff"
    application: str
    enabled: bool | None = None
    prune: bool = False
    self_heal: bool = False
    allow_empty: bool = False


class AutoSyncRestored(Event):
    """Its policy is as it was."""

    type: Literal["AutoSyncRestored"] = "AutoSyncRestored"
    application: str


class AutoSyncLeftAlone(Event):
    """Somebody else has changed its policy meanwhile: theirs counts, in `found` as words."""

    type: Literal["AutoSyncLeftAlone"] = "AutoSyncLeftAlone"
    application: str
    found: str
