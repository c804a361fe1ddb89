"""A yes is held to every rule again when the plan is about to happen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from bot.access import Actor, Memberships, Need, Permission
from bot.catalog import Catalog
from bot.deployments.approvals.approval import Approval
from bot.deployments.approvals.voices import check_voice, lost_voice
from bot.deployments.events import Approved, Quorum
from bot.errors import NotAllowed
from bot.services import Services
from tests.bot.deployments.approvals.test_approval import AMIR, asked
from tests.bot.deployments.histories import DANA, OLU, at
from tests.bot.deployments.histories import asked as request
from tests.bot.deployments.services import CATALOG, services

SECURITY = Memberships(full_member=True, groups=frozenset({"approvers", "security"}))


@dataclass
class People:
    """Who is in which groups, and who holds which permissions, for now."""

    groups: Memberships = SECURITY
    may: set[Permission] = field(default_factory=lambda: {Permission.APPROVE})

    async def of(self, actor: Actor, channel: str = "") -> Memberships:
        del actor, channel
        return self.groups

    async def authorise(self, actor: Actor, needs: Sequence[Need], channel: str = "") -> None:
        del actor, channel
        for need in needs:
            if need.permission not in self.may:
                raise NotAllowed(f"It takes {need.permission}.")


DEPLOYMENT = request(environment="production", needs_approval=True).deployment
QUESTION = asked(quorum=(Quorum(of="group:security"),))


def world(people: People, **logins: str) -> Services:
    catalog: Catalog = CATALOG.model_copy(update={"github_logins": logins})
    return services(membership=people, catalog=catalog)


def approval(override: str = "", actor: Actor = AMIR) -> Approval:
    yes = Approved(
        at=at(60),
        actor=actor,
        digest=QUESTION.digest,
        counts_for=("group:security",),
        override=override,
    )
    return Approval(QUESTION, approved=(yes,))


async def test_a_yes_that_was_given_by_the_rules_holds_while_nothing_changes() -> None:
    known = {"U0AMIR": "amir", "U0DANA": "dana-dev"}
    assert not await lost_voice(world(People(), **known), DEPLOYMENT, approval())


@pytest.mark.parametrize(
    ("people", "logins", "override", "why"),
    [
        (People(may=set()), {}, "", "may not any more: It takes approve."),
        (
            People(replace(SECURITY, groups=frozenset({"approvers"}))),
            {},
            "",
            "does not stand for security any more",
        ),
        (
            People(replace(SECURITY, new={"group:security": at(99)})),
            {},
            "",
            "does not stand for security any more",
        ),
        (People(), {"U0AMIR": "dana-dev"}, "", "You wrote some of this"),
        (People(), {"U0AMIR": "dana-dev"}, "known", "You wrote some of this"),
        (People(), {"U0AMIR": "amir"}, "", "dana-dev has no Slack account"),
        (People(), {"U0AMIR": "amir"}, "I know her", "It takes override."),
    ],
)
async def test_a_yes_is_lost_with_what_it_rested_on(
    people: People, logins: dict[str, str], override: str, why: str
) -> None:
    assert why in await lost_voice(world(people, **logins), DEPLOYMENT, approval(override))


async def test_who_overrode_keeps_their_voice_with_the_permission() -> None:
    both = People(may={Permission.APPROVE, Permission.OVERRIDE})
    assert not await lost_voice(world(both, U0AMIR="amir"), DEPLOYMENT, approval("I know her"))


async def test_whoever_asks_has_no_voice_whatever_is_overridden() -> None:
    assert DEPLOYMENT.request.actor == DANA
    everything = People(may=set(Permission))
    with pytest.raises(NotAllowed, match="You asked for this yourself"):
        await check_voice(world(everything), DEPLOYMENT, QUESTION, DANA, override=True)
    assert not await check_voice(world(everything), DEPLOYMENT, QUESTION, OLU)


async def test_only_what_had_to_be_overridden_was() -> None:
    everything = world(People(may=set(Permission)), U0AMIR="amir")  # and nobody is dana-dev
    assert await check_voice(everything, DEPLOYMENT, QUESTION, OLU, override=True)
    known = world(People(may=set(Permission)), U0OLU="olu", U0DANA="dana-dev")
    assert not await check_voice(known, DEPLOYMENT, QUESTION, OLU, override=True)
