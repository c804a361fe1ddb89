"""Whether a commit's checks on GitHub are green: its statuses, and its check runs (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from integrations.github.model import CheckRun

OURS = "shipmate/"
"""How the contexts begin that the bot reports itself: they say nothing about the commit."""
_NAMED = 3


class Light(StrEnum):
    """What the checks say together."""

    GREEN = "green"
    RED = "red"
    RUNNING = "running"
    UNKNOWN = "unknown"
    AWAY = "away"  # GitHub does not answer for now


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks of one commit (`about`: its sha, short, or a tag), and why they are not green."""

    about: str
    light: Light
    why: str = ""


def judged(about: str, contexts: Mapping[str, str], runs: Sequence[CheckRun]) -> Checks:
    """Green where every status is success and every check run succeeded, is neutral or skipped.

    `contexts` holds the state of each status by its name. Where there is neither, nobody has
    checked it, which is not green.
    """
    statuses = {name: state for name, state in contexts.items() if not name.startswith(OURS)}
    others = [run for run in runs if not run.name.startswith(OURS)]
    if not statuses and not others:
        return Checks(about, Light.UNKNOWN, "nothing has checked it")
    failed = [*_failed(statuses, others)]
    if failed:
        return Checks(about, Light.RED, _few(failed))
    waiting = [name for name, state in statuses.items() if state == "pending"]
    waiting += [run.name for run in others if run.is_running]
    if waiting:
        return Checks(about, Light.RUNNING, _few(waiting))
    return Checks(about, Light.GREEN)


def _failed(statuses: Mapping[str, str], runs: Sequence[CheckRun]) -> Iterator[str]:
    for name, state in statuses.items():
        if state not in ("success", "pending"):
            yield f"{name} ({state})"
    for run in runs:
        if not (run.is_green or run.is_running):
            yield f"{run.name} ({run.conclusion})"


def _few(names: Sequence[str]) -> str:
    """The first few of them, each once, and how many more there are."""
    once = list(dict.fromkeys(names))
    more = len(once) - _NAMED
    return ", ".join(once[:_NAMED]) + (f" and {more} more" if more > 0 else "")
