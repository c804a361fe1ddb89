"""How a permission, its place and its holders are spoken of (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.access.subjects import SHARED, Need


def quoted(need: Need) -> str:
    """“deploy” for staging."""
    return f"“{need.permission}” for {where(need)}"


def where(need: Need) -> str:
    """The place, and what may stand in for it: production, or for staging and dev."""
    here = place(need.scope)
    if not need.instead:
        return here
    if all(each.permission is need.permission for each in need.instead):
        return f"{here}, or for {all_of([where(each) for each in need.instead])}"
    return f"{here}, or {all_of([quoted(each) for each in need.instead])}"


def place(scope: str) -> str:
    """The environment, or "shared applications"."""
    return "shared applications" if scope == SHARED else scope


def listed(subjects: Iterable[str]) -> str:
    """The subjects of grants, spoken of together."""
    return all_of([spoken(subject) for subject in subjects])


def all_of(names: Sequence[str]) -> str:
    """Words joined by commas and "and"; never cut, for each may be the one to ask."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def spoken(subject: str) -> str:
    """A subject of a grant in words: "group:oncall" is @oncall."""
    kind, _, name = subject.partition(":")
    match kind:
        case "members":
            return "every full member of the workspace"
        case "group":
            return f"@{name}"
        case "team":
            return f"the GitHub team {name}"
        case "slack":
            return f"the Slack user {name}"
        case "ci":
            return f"the pipelines of {name}"
        case _:
            return "the schedule"
