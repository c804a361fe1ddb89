"""The same change asked for twice is one request; another one says whose place it takes."""

from __future__ import annotations

from pathlib import Path

from integrations.groups import TaskGroup
from tests.scenarios.asking import hears
from tests.scenarios.production import production, release


async def test_who_promotes_the_same_is_shown_the_request_that_waits(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        told = await hears(scene.developer, "/promote", "#production")
        assert "goes to" in told
        card = await scene.card(channel="#production")
        await card.shows("Waiting", "Approve")
        (first,) = scene.services.ledger.newest("production")

        for person in (scene.developer, scene.oncall):
            if person is scene.oncall:
                members = scene.world.slack.workspace.groups["S0DEV"].members
                await scene.world.slack.set_members("S0DEV", members | {"U0OLU"})
            told = await hears(person, "/promote", "#production")
            assert (
                "Already asked for by <@U0DANA>" in told or "Already asked for by @U0DANA" in told
            )
            assert f"p{card.ts.replace('.', '')}" in told
            assert "waiting for @approvers: 0 of 1 approval" in told
            assert f"/shipmate cancel {first.id}" in told
        assert scene.services.ledger.newest("production") == [first]

        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")


async def test_of_two_who_ask_at_the_same_moment_one_asks(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        async with TaskGroup() as group:
            group.create_task(scene.developer.types("/promote", "#production"))
            group.create_task(scene.developer.types("/promote to production", "#production"))
        await scene.developer.is_told("goes to")
        await scene.developer.is_told("Already asked for by")
        assert len(scene.services.ledger.newest("production")) == 1


async def test_a_promotion_of_more_says_whose_place_it_takes(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        await hears(scene.developer, "/promote user-svc", "#production")
        card = await scene.card(channel="#production")
        await card.shows("Waiting", "Approve")
        (first,) = scene.services.ledger.newest("production")
        told = await hears(scene.developer, "/promote", "#production")
        assert f"It supersedes `{first.id}` of" in told or f"It supersedes {first.id} of" in told
        await card.ends("Superseded")


async def test_the_same_tag_for_production_is_asked_for_once(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        tag = release(scene)
        for said in ("goes to", "Already asked for by"):
            told = await hears(scene.developer, f"/deploy production {tag}", "#production")
            assert said in told
        assert len(scene.services.ledger.newest("production")) == 1
