"""One access decision among 5,000 people in 200 groups, beside a dict look-up of the same facts."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter_ns

from bot.access import Actor, Allowed, Need, Permission, allowed
from bot.catalog import Catalog, load
from bot.membership import GroupHistory, Membership
from bot.store import Store
from integrations.clock import SystemClock
from integrations.slack import Conversation, Person

PEOPLE = 5_000
GROUPS = 200
_MEMBERS = 100
_ASKED = 20_000
_AT_ONCE = 250
_TEAM = "T0LINK"
_CHANNEL = "C0DEPLOY"
_CATALOG = Path(__file__).parents[2] / "catalog.yaml"


@dataclass(frozen=True)
class Access:
    """Nanoseconds of one decision and of one look-up, in pairs of short stretches."""

    decision: list[float]
    lookup: list[float]

    @property
    def ratio(self) -> float:
        """The decision over the look-up: the median of pairs."""
        return median(ours / bare for ours, bare in zip(self.decision, self.lookup, strict=True))


class Workspace:
    """A Slack of that size."""

    def __init__(self, dice: random.Random) -> None:
        ids = [f"U{number:05}" for number in range(PEOPLE)]
        self.people = {each: Person(each, each, _TEAM) for each in ids}
        self.groups = {
            f"S{number:05}": frozenset(dice.sample(ids, _MEMBERS)) for number in range(GROUPS)
        }

    async def user(self, user_id: str) -> Person:
        """One person."""
        return self.people[user_id]

    async def usergroups(self) -> list[tuple[str, str]]:
        """All groups."""
        return [(each, f"group-{each.lower()}") for each in self.groups]

    async def usergroup_rolls(self) -> list[tuple[str, str, frozenset[str]]]:
        """All groups with their members."""
        return [(each, f"group-{each.lower()}", ids) for each, ids in self.groups.items()]

    async def usergroup_members(self, usergroup_id: str) -> frozenset[str]:
        """One group."""
        return self.groups[usergroup_id]

    async def conversation(self, channel_id: str) -> Conversation:
        """One channel."""
        return Conversation(channel_id, "deployments")


def catalog(dice: random.Random) -> Catalog:
    """The platform's, with a grant of some permissions in some environments to each group."""
    usual = load(_CATALOG)
    grants = [
        {
            "to": [f"group:group-s{number:05}"],
            "may": dice.sample([each.value for each in Permission], 3),
            "in": dice.sample([each.name for each in usual.environments], 2),
        }
        for number in range(GROUPS)
    ]
    whole = usual.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return Catalog.model_validate({**whole, "access": grants})


async def measure(folder: Path) -> Access:
    """The whole decision, with everything remembered, as most requests find it."""
    dice = random.Random(7)  # the same people each time
    granting, workspace, clock = catalog(dice), Workspace(dice), SystemClock()
    store = Store.open(folder / "access.db", clock)
    history = GroupHistory(store, clock)
    membership = Membership(workspace, granting, history, clock, frozenset({_TEAM}))
    actors = [Actor(id=each) for each in workspace.people]
    needs = [
        Need(permission=permission, scope=scope)
        for permission in Permission
        for scope in granting.scopes
    ]
    for actor in actors:
        await membership.of(actor, _CHANNEL)
    asked = [(dice.choice(actors), dice.choice(needs)) for _ in range(_ASKED)]
    facts = {
        (actor.id, need.permission, need.scope): _may(membership, granting, actor, need)
        for actor, need in asked
    }
    decisions, lookups = [], []
    for first in range(0, _ASKED, _AT_ONCE):
        some = asked[first : first + _AT_ONCE]
        keys = [(actor.id, need.permission, need.scope) for actor, need in some]
        began = perf_counter_ns()
        for actor, need in some:
            _may(membership, granting, actor, need)
        between = perf_counter_ns()
        for user_id, permission, scope in keys:
            facts[user_id, permission, scope]
        decisions.append((between - began) / len(some))
        lookups.append((perf_counter_ns() - between) / len(some))
    await store.close()
    return Access(decisions, lookups)


def _may(membership: Membership, granting: Catalog, actor: Actor, need: Need) -> bool:
    known = membership.known(actor, _CHANNEL)
    assert known is not None
    return isinstance(allowed(actor, known, need, granting.access), Allowed)
