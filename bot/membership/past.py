"""Who could approve at a moment of the past, from what was recorded of grants and groups (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.access import Permission
from bot.catalog.words import EVERYWHERE
from bot.membership.granted import GrantsSeen
from bot.membership.seen import Group


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who could, by Slack user ID; `from_when` for those who could only later."""

    name: str
    from_when: datetime | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One subject that the permission was granted to, and its members; `unseen` where nobody had
    looked at the group yet.
    """

    subject: str
    members: tuple[Member, ...] = ()
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """Who could approve, by environment; `grants_at` is when these grants were first seen, None
    where nothing was recorded by then.
    """

    at: datetime
    grants_at: datetime | None
    environments: Mapping[str, tuple[Source, ...]]


def who_could_approve(
    at: datetime, seen: Iterable[GrantsSeen], groups: Mapping[str, Group]
) -> Report:
    """The report for a moment; `groups` are folds of what was seen up to it."""
    before = [each for each in seen if each.at <= at]
    if not before:
        return Report(at, None, {})
    grants = before[-1]
    found = {
        environment: tuple(
            _source(subject, at, grants, groups) for subject in _subjects(grants, environment)
        )
        for environment in grants.environments
    }
    return Report(at, grants.at, found)


def _subjects(grants: GrantsSeen, environment: str) -> Sequence[str]:
    about = [
        grant
        for grant in grants.grants
        if Permission.APPROVE in grant.may and {environment, EVERYWHERE} & set(grant.scopes)
    ]
    return list(dict.fromkeys(subject for grant in about for subject in grant.to))


def _source(subject: str, at: datetime, grants: GrantsSeen, groups: Mapping[str, Group]) -> Source:
    kind, _, name = subject.partition(":")
    match kind:
        case "slack":
            return Source(subject, (Member(name),))
        case "group" | "team" if name not in groups:
            return Source(subject, unseen=True)
        case "group":
            return Source(subject, _members(groups[name], at, grants))
        case "team":
            ids = {login.lower(): user_id for user_id, login in grants.github_logins.items()}
            members = _members(groups[name], at, grants)
            known = (Member(ids[each.name], each.from_when) for each in members if each.name in ids)
            return Source(subject, tuple(known))  # whom no login leads to could not ask
        case _:
            return Source(subject)


def _members(group: Group, at: datetime, grants: GrantsSeen) -> tuple[Member, ...]:
    wait = timedelta(hours=grants.decides_after_hours)
    return tuple(
        Member(name, since + wait if since is not None and since + wait > at else None)
        for name, since in sorted(group.since.items())
    )
