"""What somebody may do, and as whose member: for those who ask about it (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.access.answers import Allowed, Refused
from bot.access.decision import allowed, held_as
from bot.access.grants import Grants
from bot.access.subjects import Actor, Memberships, Need, Permission


@dataclass(frozen=True, slots=True)
class Rights:
    """What an actor holds now, by scope; and by the subject of a grant, what comes from it where,
    also what has yet to open.
    """

    held: Mapping[str, tuple[Permission, ...]]
    by_subject: Mapping[str, Mapping[str, tuple[Permission, ...]]]


@dataclass(frozen=True, slots=True)
class Explained:
    """One decision: the answer, each subject that the actor holds it as (also too lately), and
    everybody who does. Where the answer is yes for what is as good, `instead` names that, and
    `as_subjects` are those of it.
    """

    answer: Allowed | Refused
    as_subjects: tuple[str, ...]
    holders: tuple[str, ...]
    instead: tuple[Need, ...] = ()


def rights(actor: Actor, memberships: Memberships, scopes: Iterable[str], grants: Grants) -> Rights:
    """Everything that the actor holds, and why."""
    held: dict[str, tuple[Permission, ...]] = {}
    by_subject: dict[str, dict[str, tuple[Permission, ...]]] = {}
    for scope in scopes:
        for permission in Permission:
            found = explained(actor, memberships, Need(permission=permission, scope=scope), grants)
            if isinstance(found.answer, Allowed):
                held[scope] = (*held.get(scope, ()), permission)
            elif found.answer.opens_at is None:
                continue
            for subject in found.as_subjects:
                there = by_subject.setdefault(subject, {})
                there[scope] = (*there.get(scope, ()), permission)
    return Rights(held, by_subject)


def explained(actor: Actor, memberships: Memberships, need: Need, grants: Grants) -> Explained:
    """The decision as it is made, with what it rests on."""
    answer = allowed(actor, memberships, need, grants)
    holders = tuple(grants.holders(need.permission, need.scope).subjects)
    mine = _held_as(actor, memberships, need, grants)
    if mine or not isinstance(answer, Allowed):
        return Explained(answer, mine, holders)
    others = (_held_as(actor, memberships, other, grants) for other in need.instead)
    through = tuple(dict.fromkeys(subject for each in others for subject in each))
    return Explained(answer, through, holders, need.instead)


def _held_as(actor: Actor, memberships: Memberships, need: Need, grants: Grants) -> tuple[str, ...]:
    """The subjects that the actor holds it as, as the grants list them."""
    holders = grants.holders(need.permission, need.scope)
    mine = set() if memberships.refusal else set(held_as(actor, memberships, holders))
    return tuple(subject for subject in holders.subjects if subject in mine)
