"""What is granted to whom, so arranged that one look tells who holds a permission (pure)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.access.answers import Refused
from bot.access.subjects import Need, Permission
from bot.access.wording import listed, quoted


class Grant(Protocol):
    """Who (`to`) a permission is given; the catalog's own Grant is one."""

    @property
    def to(self) -> Sequence[str]:
        """The subjects."""
        ...

    def covers(self, permission: Permission, scope: str) -> bool:
        """Whether this grant is about that permission in that scope."""
        ...


@dataclass(frozen=True, slots=True)
class Holders:
    """Who holds one permission in one scope: `subjects` as the grants name them, in their order;
    of these `groups` and `teams` by name, and whether `everyone` does who is a full member, or
    only `groups_alone`. `refused` is the answer to whoever is none of them.
    """

    subjects: dict[str, Grant]
    everyone: bool
    groups: frozenset[str]
    teams: frozenset[str]
    groups_alone: bool
    refused: Refused

    @classmethod
    def of(cls, need: Need, grants: Iterable[Grant]) -> Holders:
        """The holders of what is needed, by grants that are all about that."""
        subjects: dict[str, Grant] = {}
        for grant in grants:
            for subject in grant.to:
                subjects.setdefault(subject, grant)
        groups = named(subjects, "group")
        return cls(
            subjects,
            everyone="members" in subjects,
            groups=groups,
            teams=named(subjects, "team"),
            groups_alone=len(groups) == len(subjects),
            refused=Refused(
                f"This needs the permission {quoted(need)}.",
                f"It is held by {listed(subjects)}." if subjects else "Nobody holds it.",
                need,
            ),
        )


class Grants(tuple[Grant, ...]):  # noqa: SLOT001 -- it keeps what it was asked
    """All grants, as the catalog lists them; who holds what is found out once."""

    _known: dict[tuple[Permission, str], Holders]

    def __init__(self, _: Iterable[Grant] = ()) -> None:
        self._known = {}

    def holders(self, permission: Permission, scope: str) -> Holders:
        """Who holds the permission in the scope."""
        found = self._known.get((permission, scope))
        if found is None:
            need = Need(permission=permission, scope=scope)
            about = (grant for grant in self if grant.covers(permission, scope))
            found = self._known[permission, scope] = Holders.of(need, about)
        return found

    def rights_of(
        self, subject: str, permissions: Collection[Permission], scopes: Iterable[str]
    ) -> dict[str, tuple[Permission, ...]]:
        """Which of these permissions the subject itself is granted, by scope; without scopes
        where it has none.
        """
        found = {
            scope: tuple(
                each
                for each in Permission
                if each in permissions and subject in self.holders(each, scope).subjects
            )
            for scope in scopes
        }
        return {scope: held for scope, held in found.items() if held}


def arranged(grants: Iterable[Grant]) -> Grants:
    """The grants so that asking them is quick; those that are already stay themselves."""
    return grants if isinstance(grants, Grants) else Grants(grants)


def named(subjects: Iterable[str], kind: str) -> frozenset[str]:
    """The names of the subjects of one kind: "developers" of "group:developers"."""
    pairs = (subject.partition(":") for subject in subjects)
    return frozenset(name for of, _, name in pairs if of == kind)
