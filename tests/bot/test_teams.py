"""GitHub teams as subjects: through the catalog's logins, active members alone, unknown is no."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.access import Actor, Need, Permission
from bot.catalog import parse
from bot.errors import NotAllowed
from bot.membership import GroupHistory, Membership
from bot.store import Store
from integrations.errors import Unreachable
from integrations.slack import Person
from tests.bot.workspace import Organisation, StoppedClock, Workspace

CATALOG = parse(
    Path("catalog.yaml")
    .read_text()
    .replace("github_logins: {}", "github_logins: {U0DANA: Dana-Developer, U0AMIR: amir-approver}")
    .replace('to: ["group:approvers"]', 'to: ["team:link/platform"]')
    .replace('to: ["group:developers"]', 'to: ["group:developers", "team:link/platform"]')
)
DANA, OTTO = Actor(id="U0DANA"), Actor(id="U0OTTO")
DEPLOY = (Need(permission=Permission.DEPLOY, scope="staging"),)
APPROVE = (Need(permission=Permission.APPROVE, scope="production"),)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def organisation() -> Organisation:
    return Organisation({"dana-developer": "active"})


@pytest.fixture
async def membership(
    tmp_path: Path, organisation: Organisation, clock: StoppedClock
) -> AsyncIterator[Membership]:
    people = {name: Person(name, name, "T0LINK") for name in ("U0DANA", "U0AMIR", "U0OTTO")}
    store = Store.open(tmp_path / "shipmate.db", clock)
    yield Membership(
        Workspace(people=people, groups={}),
        CATALOG,
        GroupHistory(store, clock),
        clock,
        frozenset({"T0LINK"}),
        github=organisation,
    )
    await store.close()


async def refusal(membership: Membership, actor: Actor, needs: tuple[Need, ...] = DEPLOY) -> str:
    with pytest.raises(NotAllowed) as caught:
        await membership.authorise(actor, needs)
    return f"{caught.value.message} {caught.value.hint}"


async def test_an_active_member_may_what_the_team_may(membership: Membership) -> None:
    await membership.authorise(DANA, DEPLOY)
    await membership.authorise(DANA, APPROVE)


async def test_github_is_asked_once_a_minute(
    membership: Membership, organisation: Organisation, clock: StoppedClock
) -> None:
    for _ in range(3):
        await membership.authorise(DANA, DEPLOY)
    assert membership.known(DANA) is not None
    assert organisation.asked == ["link/platform dana-developer", "link/platform"]
    clock.passes(61)
    assert membership.known(DANA) is None
    await membership.authorise(DANA, DEPLOY)
    assert len(organisation.asked) == 4


async def test_who_was_only_invited_is_no_member(
    membership: Membership, organisation: Organisation
) -> None:
    organisation.states["dana-developer"] = "pending"
    assert "invitation to link/platform on GitHub is not accepted yet" in await refusal(
        membership, DANA
    )


async def test_who_is_in_no_team_is_refused_without_a_word_about_it(
    membership: Membership, organisation: Organisation
) -> None:
    organisation.states.clear()
    said = await refusal(membership, DANA)
    assert said == (
        "This needs the permission “deploy” for staging. "
        "It is held by @developers and the GitHub team link/platform."
    )


async def test_who_has_no_login_in_the_catalog_is_told_so(membership: Membership) -> None:
    assert "knows no GitHub login for this account" in await refusal(membership, OTTO)


async def test_while_github_is_away_nobody_is_a_member_and_that_is_said(
    membership: Membership, organisation: Organisation, clock: StoppedClock
) -> None:
    organisation.fails = Unreachable("GitHub", "it did not answer in time.")
    said = await refusal(membership, DANA)
    assert "GitHub does not say now who is in link/platform: it did not answer in time." in said
    await refusal(membership, DANA)
    assert len(organisation.asked) == 1, "an absent GitHub holds nobody up twice a minute"
    organisation.fails = None
    clock.passes(61)
    await membership.authorise(DANA, DEPLOY)


async def test_other_permissions_do_not_wait_for_github(
    membership: Membership, organisation: Organisation
) -> None:
    organisation.fails = Unreachable("GitHub", "it did not answer in time.")
    await membership.authorise(DANA, (Need(permission=Permission.VIEW, scope="dev"),))


async def test_who_joins_the_team_later_decides_a_day_later(
    membership: Membership, organisation: Organisation, clock: StoppedClock
) -> None:
    await membership.look()
    organisation.states["amir-approver"] = "active"
    amir = Actor(id="U0AMIR")
    assert "you have not been in the GitHub team link/platform for long" in await refusal(
        membership, amir, APPROVE
    )
    await membership.authorise(DANA, APPROVE)
    clock.passes(24 * 3600)
    await membership.authorise(amir, APPROVE)


async def test_a_member_whom_github_does_not_list_does_not_count_yet(
    membership: Membership, organisation: Organisation
) -> None:
    async def nobody(org: str, team: str) -> frozenset[str]:
        return frozenset()

    organisation.team_members = nobody  # type: ignore[method-assign]
    assert "does not list dana-developer among the members" in await refusal(membership, DANA)


async def test_without_a_github_the_team_is_nobodys(tmp_path: Path, clock: StoppedClock) -> None:
    store = Store.open(tmp_path / "other.db", clock)
    people = {"U0DANA": Person("U0DANA", "Dana", "T0LINK")}
    membership = Membership(
        Workspace(people=people, groups={}),
        CATALOG,
        GroupHistory(store, clock),
        clock,
        frozenset({"T0LINK"}),
    )
    assert "No GitHub is configured" in await refusal(membership, DANA)
    await membership.look()
    await store.close()
