"""What CI has not called green does not go to production, unless somebody answers for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.scenarios.production import asks, catalog, production, release
from tests.scenarios.story import Story

_GROUP = """  - to: ["group:oncall"]
    may: [operate]
    in: [shared]
"""
OVERRIDING = {
    _GROUP: f"""{_GROUP}  - to: ["group:oncall"]
    may: [deploy, override]
    in: [production]
"""
}


def checked(scene: Story, checks: Mapping[str, str]) -> str:
    """A release with these check runs."""
    tag = release(scene)
    scene.world.github.set_checks(scene.world.github.newest(), checks)
    return tag


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        ({"build": "success", "test": "failure"}, "CI is not green for"),
        ({"build": "success", "test": "in_progress"}, "CI still runs for"),
        ({}, "nothing has checked it"),
        ({"shipmate/staging": "success"}, "nothing has checked it"),
    ],
)
async def test_what_is_not_green_is_refused_with_who_may_override(
    tmp_path: Path, checks: Mapping[str, str], said: str
) -> None:
    async with production(tmp_path) as scene:
        head = await scene.world.repository.head()
        tag = checked(scene, checks)

        await scene.developer.types(f"/deploy production {tag}", "#production")
        card = await scene.card(channel="#production")
        await card.ends("Failed")

        assert said in card.everything
        assert "“override”" in card.everything
        assert await scene.world.repository.head() == head


async def test_who_may_override_checks_says_why_and_still_needs_an_approval(
    tmp_path: Path,
) -> None:
    async with production(tmp_path, catalog=catalog(OVERRIDING)) as scene:
        tag = checked(scene, {"test": "failure"})
        line = f"/deploy production {tag} --override-checks"

        assert "--reason" in await scene.oncall.types(line, "#production")
        refused = await scene.developer.types(f'{line} --reason "Flaky"', "#production")
        assert "“override” for production" in refused

        await scene.oncall.types(f'{line} --reason "The test is known to be flaky"', "#production")
        card = await scene.card(channel="#production")
        await card.shows("Waiting", "CI is not green for", "The test is known to be flaky")
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")


async def test_a_check_that_turns_red_after_the_approval_was_asked_for_stops_it(
    tmp_path: Path,
) -> None:
    async with production(tmp_path) as scene:
        card = await asks(scene)
        scene.world.github.set_checks(scene.world.github.newest(), {"test": "failure"})

        await scene.approver.clicks(card, "Approve")
        await card.ends("Failed")

        assert "CI is not green for" in card.everything
        assert not [o for o in scene.operations("link-app-production") if o.infos]


async def test_a_github_that_is_away_at_the_act_is_waited_for(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        card = await asks(scene)
        scene.world.github.faults.cut_off()

        await scene.approver.clicks(card, "Approve")
        await card.shows("GitHub cannot be reached")
        assert not [o for o in scene.operations("link-app-production") if o.infos]
        scene.world.github.faults.restore()
        await card.ends("Succeeded")


async def test_staging_asks_nobody_unless_the_catalog_does(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        newest = scene.world.github.runs.newest(branch="develop", status="success")[0]
        commit = scene.world.github.history.commits[newest.sha]
        scene.world.github.set_checks(commit, {"test": "failure"})

        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")


async def test_a_catalog_that_requires_checks_in_staging_has_them(tmp_path: Path) -> None:
    asked = {"    promotion: {from: dev}": "    promotion: {from: dev}\n    require_checks: true"}
    async with production(tmp_path, catalog=catalog(asked)) as scene:
        newest = scene.world.github.runs.newest(branch="develop", status="success")[0]
        commit = scene.world.github.history.commits[newest.sha]
        scene.world.github.set_checks(commit, {"test": "failure"})

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")
        assert "CI is not green for" in card.everything
