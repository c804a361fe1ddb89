"""Where the catalog says so, what leaves an environment Degraded is rolled back by itself, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.deployments.events import Outcome, SyncStarted
from bot.sandbox.argocd.cluster.live import Trouble
from tests.bot.deployments.histories import PIPELINE, asked
from tests.bot.deployments.ledgers import tell
from tests.scenarios.staging import newest_tag
from tests.scenarios.story import Card, Story, platform, story
from tests.scenarios.test_rollback import rollback_card

_STAGING = "    migrations: automated\n"
_GRANT = """  - to: ["group:oncall"]
    may: [operate]
"""
BY_ITSELF = platform(
    {
        _STAGING: f"{_STAGING}    on_failure: rollback\n",
        _GRANT: f"  - {{to: [schedule], may: [rollback], in: [staging]}}\n{_GRANT}",
    }
)


async def degraded(scene: Story) -> Card:
    scene.world.argocd.break_tag(newest_tag(scene), Trouble.CRASH)
    await scene.developer.types("/deploy staging")
    card = await scene.card()
    await card.ends("Failed")
    return card


async def test_what_left_it_degraded_is_taken_back_once_and_told(tmp_path: Path) -> None:
    async with story(tmp_path, catalog=BY_ITSELF) as scene:
        earlier = await scene.world.repository.tags("staging")
        failed = await degraded(scene)
        assert "Degraded" in failed.everything

        back = await rollback_card(scene)
        await back.ends("Succeeded")
        await scene.world.clock.sleep(30)

        assert "Asked for by shipmate" in back.everything
        assert "left it Degraded" in back.everything
        assert await scene.world.repository.tags("staging") == earlier
        assert len(scene.services.ledger.newest()) == 2
        assert [*scene.services.controls.of("staging").pins]


async def test_what_began_before_many_others_is_taken_back_all_the_same(tmp_path: Path) -> None:
    async with story(tmp_path, catalog=BY_ITSELF) as scene:
        scene.world.argocd.break_tag(newest_tag(scene), Trouble.CRASH)
        started = scene.once(SyncStarted)
        await scene.developer.types("/deploy staging")
        await started.wait()
        for number in range(60):
            other = asked(f"x{number}", actor=PIPELINE, environment="dev", applications=["other"])
            await tell(scene.services.ledger, other.over(Outcome.SUPERSEDED))
        await (await scene.card()).ends("Failed")

        await (await rollback_card(scene)).ends("Succeeded")


async def test_who_only_waits_behind_it_keeps_nothing_from_being_taken_back(tmp_path: Path) -> None:
    async with story(tmp_path, catalog=BY_ITSELF) as scene:
        earlier = await scene.world.repository.tags("staging")
        scene.world.argocd.break_tag(newest_tag(scene), Trouble.CRASH)
        started = scene.once(SyncStarted)
        await scene.developer.types("/deploy staging")
        await started.wait()
        await scene.oncall.types("/deploy staging")
        await (await scene.card(2)).shows("Queued")
        await (await scene.card()).ends("Failed")

        await (await rollback_card(scene)).ends("Succeeded")
        assert await scene.world.repository.tags("staging") == earlier


@pytest.mark.parametrize(
    ("over", "told"),
    [
        ('freeze staging --until 3h --reason "An audit"', "frozen"),
        ('lock staging --reason "Mine"', "locked"),
    ],
)
async def test_what_people_put_over_it_meanwhile_holds_the_bot_and_no_person(
    tmp_path: Path, over: str, told: str
) -> None:
    async with story(tmp_path, catalog=BY_ITSELF) as scene:
        scene.world.argocd.break_tag(newest_tag(scene), Trouble.CRASH)
        started = scene.once(SyncStarted)
        await scene.developer.types("/deploy staging")
        await started.wait()
        await scene.oncall.types(f"/shipmate {over}")
        card = await scene.card()
        await card.ends("Failed")
        left = await card.is_followed_by("Not rolled back by itself", told)
        assert left.text.count("Not rolled back") == 1
        assert len(scene.services.ledger.newest()) == 1

        await scene.oncall.types("/rollback staging --yes")
        await (await rollback_card(scene)).ends("Succeeded")


async def test_it_is_told_that_a_system_was_away_until_the_verdict_was_too_old(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, catalog=BY_ITSELF) as scene:
        scene.world.argocd.break_tag(newest_tag(scene), Trouble.CRASH)
        started = scene.once(SyncStarted)
        await scene.developer.types("/deploy staging")
        await started.wait()
        scene.world.repository.take_away()
        card = await scene.card()
        await card.ends("Failed")

        # Because of Git, or of the rest of the wave, where that took longer still.
        await card.is_followed_by("Not rolled back by itself", "too old to act on")
        assert len(scene.services.ledger.newest()) == 1
        scene.world.repository.bring_back()


async def test_a_refused_sync_is_left_to_people(tmp_path: Path) -> None:
    async with story(tmp_path, catalog=BY_ITSELF) as scene:
        scene.world.argocd.fail_next_sync("link-frontend", "Service spec.ports is immutable")
        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Failed")
        await scene.world.clock.sleep(30)
        assert len(scene.services.ledger.newest()) == 1
