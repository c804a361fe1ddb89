"""How an approval's troubles are spoken of, as untrusted plain text (pure)."""

from __future__ import annotations

from typing import assert_never

from bot.deployments.approvals.moved import Move, Moved, MovedImage
from bot.deployments.approvals.objections import (
    AskedForIt,
    AuthorsUnknown,
    LoginUnknown,
    Objection,
    RidesAlong,
    RidingUnknown,
    StrangersWrote,
    WroteIt,
)

_OTHERS = "and authors do not approve their own changes."


def objected(found: Objection) -> tuple[str, str]:
    """Why this person cannot approve it, and what to do, "" where there is nothing."""
    match found:
        case AskedForIt(approvers=approvers):
            may = f"Those who may: {', '.join(approvers) or 'nobody'}."
            return "You asked for this yourself: somebody else must approve it.", may
        case WroteIt():
            return "You wrote some of this: somebody else must approve it.", ""
        case AuthorsUnknown(why=why):
            return f"Who wrote this is not known ({why or 'GitHub did not say'}), {_OTHERS}", ""
        case StrangersWrote(authors=authors):
            who = ", ".join(authors[:3]) or "of the oldest commits"
            why = f"The author {who} has no Slack account in the catalog, and could be you."
            return why, "Add them to `github_logins` in the catalog."
        case LoginUnknown():
            why = "Your own GitHub login is not known, and you could have written this."
            return why, "Add yourself to `github_logins` in the catalog."
        case RidingUnknown():
            return f"Which commits ride along is not known, {_OTHERS}", ""
        case RidesAlong(commit=commit):
            by = f" ({commit.author})" if commit.author else ""
            why = (
                f"The commit {commit.sha[:7]}{by} of the GitOps repository rides along, and you "
                "could have written it: Git alone does not tell."
            )
            return why, ""
        case _:
            assert_never(found)


def moved(found: Moved) -> str:
    """Why an approval does not hold any more, as a sentence."""
    return f"The plan has changed: {_what(found)}."


def _what(found: Moved) -> str:
    if found.images:
        left = len(found.images) - 2
        more = f", and {left} more" if left > 0 else ""
        return "; ".join(_image(each) for each in found.images[:2]) + more
    if found.applications:
        return f"other applications than before ({', '.join(found.applications)})"
    if found.objects:
        return f"it concerns other objects ({', '.join(found.objects[:3])})"
    return "other commits of the GitOps repository would ride along"


def _image(found: MovedImage) -> str:
    change = found.change
    match found.move:
        case Move.NEW:
            return f"{change.service} is new"
        case Move.GONE:
            return f"{change.service} is left out now"
        case Move.FROM:
            return f"{change.service} was {found.was} and is {change.before} now"
        case Move.TO:
            return f"{change.service} goes to {change.after} now"
        case Move.RETAGGED:
            return f"the tag {change.after} of {change.service} names another image now"
        case Move.RUNS_ANOTHER:
            return f"{change.service} runs another image than before"
        case _:
            assert_never(found.move)
