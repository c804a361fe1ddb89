"""Who may do what: the one decision about it (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.access.grants import Grant, Holders, arranged
from bot.access.subjects import SLACK_ONLY, Actor, Door, Memberships, Need
from bot.access.wording import all_of, listed, quoted, spoken, where
from bot.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Allowed:
    """The actor holds the permission, as the `subject` of a grant."""

    subject: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """The actor does not: the message names the permission, the hint who holds it."""

    message: str
    hint: str = ""
    need: Need | None = None  # what is missing, where that is a permission
    opens_at: datetime | None = None  # from when the actor holds it, where only time is missing


def allowed(
    actor: Actor, memberships: Memberships, need: Need, grants: Sequence[Grant]
) -> Allowed | Refused:
    """Whether the actor holds what is needed. What nobody was granted, nobody may do.

    Quick where `grants` are the catalog's, which are `Grants`.
    """
    if memberships.refusal:
        return Refused(memberships.refusal)
    decides = need.permission in SLACK_ONLY
    if decides and actor.door is not Door.SLACK:
        return Refused(f"{quoted(need)} is given in Slack alone.", "Ask for it there.")
    holders = arranged(grants).holders(need.permission, need.scope)
    new = memberships.new if decides else {}
    for subject in held_as(actor, memberships, holders):
        if subject not in new:
            return Allowed(subject)
    too_new = [subject for subject in held_as(actor, memberships, holders) if subject in new]
    if too_new:
        return _too_new(need, min(too_new, key=lambda subject: new[subject]), memberships)
    others = [allowed(actor, memberships, other, grants) for other in need.instead]
    if others and all(isinstance(answer, Allowed) for answer in others):
        return others[0]
    hints = [_hint(memberships, holders)] if holders.subjects or not others else []
    hints += [answer.hint for answer in others if isinstance(answer, Refused)]
    hint = " ".join(dict.fromkeys(hints))
    return Refused(f"This needs the permission {quoted(need)}.", hint, need)


def held_as(actor: Actor, memberships: Memberships, holders: Holders) -> Iterator[str]:
    """Each of the holders that the actor is, is one of, or is a member of."""
    if memberships.full_member:
        if holders.everyone and actor.kind == "slack":
            yield "members"
        if not holders.groups.isdisjoint(memberships.groups):
            yield from (f"group:{name}" for name in holders.groups & memberships.groups)
        if not holders.teams.isdisjoint(memberships.teams):
            yield from (f"team:{name}" for name in holders.teams & memberships.teams)
    if (memberships.full_member or actor.kind != "slack") and actor.subject in holders.subjects:
        yield actor.subject


def _too_new(need: Need, subject: str, memberships: Memberships) -> Refused:
    opens_at = memberships.new[subject]
    return Refused(
        f"{quoted(need)} opens for you on {opens_at:%Y-%m-%d at %H:%M} UTC: you have not been in "
        f"{spoken(subject)} for long enough to decide.",
        "Until then, ask somebody who has been in it for longer.",
        opens_at=opens_at,
    )


def _hint(memberships: Memberships, holders: Holders) -> str:
    """Who holds it, and which teams of theirs do not count the actor for now."""
    if not holders.subjects:
        return "Nobody holds it."
    uncounted = [
        memberships.uncounted[team] for team in memberships.uncounted if team in holders.teams
    ]
    return " ".join([f"It is held by {listed(holders.subjects)}.", *uncounted])


def require(
    actor: Actor, memberships: Memberships, needs: Sequence[Need], grants: Sequence[Grant]
) -> None:
    """Raise NotAllowed, naming everything that is missing, unless the actor holds all of it."""
    answers = (allowed(actor, memberships, need, grants) for need in needs)
    refused = dict.fromkeys(each for each in answers if isinstance(each, Refused))
    if refused:
        raise _refusal(list(refused))


def _refusal(refused: Sequence[Refused]) -> NotAllowed:
    """One sentence for everything that is missing, and one for each who holds some of it."""
    missing = [(each.need, each.hint) for each in refused if each.need]
    if len(refused) == 1 or len(missing) < len(refused):
        messages = dict.fromkeys(each.message for each in refused)
        hints = dict.fromkeys(each.hint for each in refused if each.hint)
        return NotAllowed(" ".join(messages), hint=" ".join(hints))
    places: dict[str, list[str]] = {}
    holders: dict[str, list[str]] = {}
    for need, hint in missing:
        places.setdefault(need.permission, []).append(where(need))
        holders.setdefault(hint, []).append(quoted(need))
    said = all_of([f"“{name}” for {all_of(where)}" for name, where in places.items()])
    if len(holders) == 1:
        hint = next(iter(holders)).replace("It is", "They are").replace("holds it", "holds them")
    else:
        hint = " ".join(f"{all_of(what)}: {hint}" for hint, what in holders.items())
    return NotAllowed(f"This needs the permissions {said}.", hint=hint)
