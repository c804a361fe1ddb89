"""Who may do what: the one decision about it (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.access.answers import Allowed, Refused
from bot.access.grants import Grant, Holders, arranged
from bot.access.subjects import SLACK_ONLY, Actor, Door, Memberships, Need
from bot.access.wording import all_of, quoted, spoken, where
from bot.errors import NotAllowed


def allowed(
    actor: Actor, memberships: Memberships, need: Need, grants: Sequence[Grant]
) -> Allowed | Refused:
    """Whether the actor holds what is needed. What nobody was granted, nobody may do.

    Quick where `grants` are the catalog's, which are `Grants`.
    """
    if memberships.refusal:
        return Refused(memberships.refusal)
    permission = need.permission
    decides = permission in SLACK_ONLY
    if decides and (misplaced := _misplaced(actor, memberships, need)):
        return misplaced
    holders = arranged(grants).holders(permission, need.scope)
    if not holders.groups_alone or not holders.groups.isdisjoint(memberships.groups):
        too_new = ""
        for subject in held_as(actor, memberships, holders):
            if not decides or subject not in memberships.new:
                return Allowed(subject)
            too_new = min(too_new or subject, subject, key=memberships.new.__getitem__)
        if too_new:
            return _too_new(need, too_new, memberships)
    if need.instead or (holders.teams and memberships.uncounted):
        return _by_another_way(actor, memberships, need, grants)
    return holders.refused


def _misplaced(actor: Actor, memberships: Memberships, need: Need) -> Refused | None:
    """Why nobody decides from where the actor asks."""
    if actor.door is not Door.SLACK:
        return Refused(f"{quoted(need)} is given in Slack alone.", "Ask for it there.")
    if memberships.is_unseen:
        return Refused(
            f"{quoted(need)} is not given here: shipmate cannot tell whether another organisation "
            "reads this channel.",
            "Invite shipmate to it, or ask in a channel that it is in.",
        )
    return None


def _by_another_way(
    actor: Actor, memberships: Memberships, need: Need, grants: Sequence[Grant]
) -> Allowed | Refused:
    """Whether the actor holds all that is as good; or the refusal, with everything there is to
    say about it.
    """
    permission = need.permission
    holders = arranged(grants).holders(permission, need.scope)
    others = [allowed(actor, memberships, other, grants) for other in need.instead]
    if others and all(isinstance(answer, Allowed) for answer in others):
        return others[0]
    hints = [holders.refused.hint] if holders.subjects or not others else []
    hints += [
        answer.hint
        for other, answer in zip(need.instead, others, strict=True)
        if isinstance(answer, Refused)
        and not (holders.subjects and other.permission is not permission)
    ]
    hints += [why for team, why in memberships.uncounted.items() if team in holders.teams]
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
    if holders.groups_alone:
        return
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


def require(
    actor: Actor, memberships: Memberships, needs: Sequence[Need], grants: Sequence[Grant]
) -> None:
    """Raise NotAllowed, naming everything that is missing, unless the actor holds all of it."""
    answers = (allowed(actor, memberships, need, grants) for need in needs)
    refused = dict.fromkeys(each for each in answers if isinstance(each, Refused))
    if refused:
        raise _refusal(list(refused))


def require_person(actor: Actor, what: str) -> None:
    """Raise NotAllowed, saying `what` takes a person's word, to pipelines and the schedule."""
    if actor.kind != "slack":
        raise NotAllowed(f"{what} takes a person's word.", hint="Ask for it in Slack.")


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
