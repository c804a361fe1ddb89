"""Who may do what, why, and who could then: asked in Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from tests.scenarios.asking import by_api, hears, token_of
from tests.scenarios.story import Story, platform, story

pytestmark = pytest.mark.asyncio(loop_scope="module")

CATALOG = platform(
    {
        "github_logins: {}": "github_logins: {U0AMIR: amir-approver, U0DANA: dana-developer}",
        'to: ["group:oncall"]\n    may: [operate]': (
            'to: ["team:link/platform"]\n    may: [operate]'
        ),
    }
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Story]:
    async with story(tmp_path_factory.mktemp("access"), catalog=CATALOG) as told:
        slack = told.world.slack
        await slack.until(lambda: told.services.membership.history.group("approvers").version)
        yield told


@pytest.mark.parametrize("name", ["@dana", "dana", "U0DANA", "<@U0DANA>", "<@U0DANA|dana>"])
async def test_a_yes_names_the_grant_it_comes_from(name: str, scene: Story) -> None:
    said = await hears(scene.outsider, f"/shipmate access explain {name} deploy stg")
    assert "✅ @U0DANA holds “deploy” for staging: as a member of @developers." in said


async def test_who_may_ask_although_others_decide_is_told_so(scene: Story) -> None:
    said = await hears(scene.outsider, "/shipmate access explain @dana deploy production")
    assert "✅ @U0DANA may ask for “deploy” for production, and approvers decide" in said
    assert "as a member of @developers" in said
    said = await hears(scene.outsider, "/shipmate access explain @otto deploy production")
    assert "⛔ @U0OTTO does not hold “deploy” for production." in said


async def test_a_no_names_everybody_who_holds_it(scene: Story) -> None:
    said = await hears(scene.outsider, "/shipmate access explain @dana approve production")
    assert "⛔ @U0DANA does not hold “approve” for production." in said
    assert "It is held by @approvers (@U0AMIR and @U0VERA)." in said
    assert "It is given in Slack alone." in said


async def test_what_is_granted_to_nobody_is_said(scene: Story) -> None:
    said = await hears(scene.oncall, "/shipmate access explain me break-glass production")
    assert "It is granted to nobody." in said


async def test_a_team_counts_by_its_active_members(scene: Story) -> None:
    said = await hears(scene.outsider, "/shipmate access explain @amir operate redis-cluster-ha")
    assert "“operate” for shared applications: as a member of the GitHub team link/platform" in said
    said = await hears(scene.outsider, "/shipmate access explain @olu operate shared")
    assert "The catalog knows no GitHub login for this account" in said


async def test_while_github_is_away_a_member_is_none_and_hears_why(scene: Story) -> None:
    scene.world.github.faults.cut_off()
    scene.services.membership.forget()
    said = await hears(scene.outsider, "/shipmate access explain @amir operate shared")
    assert "⛔ @U0AMIR does not hold" in said
    assert "GitHub does not say now who is in link/platform" in said
    assert "GitHub does not say now" in await hears(scene.approver, "/shipmate whoami")
    scene.world.github.faults.restore()
    scene.services.membership.forget()
    said = await hears(scene.outsider, "/shipmate access explain @amir operate shared")
    assert "✅" in said


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "The person is missing"),
        ("@dana", "The permission is missing"),
        ("@dana deploy", "The environment is missing"),
        ("@dana depoly staging", "Did you mean deploy?"),
        ("@dana deploy stagging", "Did you mean staging?"),
        ("@nobody-of-that-name deploy staging", "Nobody is called @nobody-of-that-name"),
        ("U0NOBODYATALL deploy staging", "Slack does not know this account."),
        ("@gwen view staging", "Guests may not use shipmate."),
        ("ci:link/app deploy staging", "link/app does not hold “deploy” for staging"),
        ("@dana deploy staging now", "one word too many"),
    ],
)
async def test_what_cannot_be_explained_says_why(line: str, says: str, scene: Story) -> None:
    assert says in await hears(scene.outsider, f"/shipmate access explain {line}".strip())


async def test_a_name_of_several_people_is_not_guessed(scene: Story) -> None:
    users = scene.world.slack.workspace.users
    users["U0DANA2"] = replace(users["U0DANA"], id="U0DANA2", name="dana.too")
    users["U0DANA3"] = replace(users["U0DANA"], id="U0DANA3", name="dana.too")
    said = await hears(scene.outsider, "/shipmate access explain @dana.too deploy staging")
    assert "Several people are called @dana.too" in said
    assert "(U0DANA2)" in said


async def test_whoami_says_what_comes_from_where(scene: Story) -> None:
    said = await hears(scene.developer, "/shipmate whoami")
    assert "as a full member of the workspace: view for dev, staging, production and shared" in said
    assert "as a member of @developers: logs, deploy" in said
    assert "may ask for deploy, through deploy in staging and dev: approvers decide" in said


async def test_the_report_tells_who_could_approve_now_and_then(scene: Story) -> None:
    slack, clock = scene.world.slack, scene.world.clock
    before = clock.now()
    await slack.set_members("S0APP", {"U0AMIR", "U0VERA", "U0OTTO"})
    await slack.until(
        lambda: "U0OTTO" in scene.services.membership.history.group("approvers").since
    )

    now = await hears(scene.outsider, "/shipmate access report")
    assert "production: @approvers (@U0AMIR and @U0VERA; @U0OTTO from " in now
    assert "staging: nobody" in now
    then = await hears(scene.outsider, f"/shipmate access report --at {before.isoformat()}")
    assert "production: @approvers (@U0AMIR and @U0VERA)" in then
    said = await hears(scene.approver, "/shipmate access explain @otto approve production")
    assert "⏳ @U0OTTO holds “approve” for production from" in said
    assert "(decisions from " in await hears(scene.outsider, "/shipmate whoami")

    assert "Nothing is recorded" in await hears(
        scene.outsider, "/shipmate access report --at 2020-02-29"
    )
    await slack.set_members("S0APP", {"U0AMIR", "U0VERA"})  # as the other stories expect
    history = scene.services.membership.history
    await slack.until(lambda: "U0OTTO" not in history.group("approvers").since)


async def test_a_shell_reads_people_by_their_names(scene: Story) -> None:
    token = await token_of(scene.outsider)
    for line in ("access report", "access explain @otto approve production"):
        told = (await by_api(scene, token, line)).reply["text"]
        assert "@approvers (@amir and @vera" in told
        assert "@U0" not in told


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("yesterday", "“yesterday” is no date: say 2026-11-20"),
        ("2026-13-01", "is no date"),
        ("2099-01-01", "is yet to come"),
        ("2026-11-20T25:00", "is no date"),
    ],
)
async def test_a_date_that_is_none_is_refused(at: str, says: str, scene: Story) -> None:
    assert says in await hears(scene.outsider, f"/shipmate access report --at {at}")
