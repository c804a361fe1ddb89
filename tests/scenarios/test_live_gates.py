"""What waits tells the freezes and locks that lie over it now, not those of when it was asked for."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.asking import hears
from tests.scenarios.production import asks, production
from tests.scenarios.staging import SLOW, one_behind_another
from tests.scenarios.story import Card, Story, story

OPEN = "Every gate but the approval is open"


async def no_longer_shows(card: Card, word: str) -> None:
    slack = card.story.world.slack
    await slack.until(lambda: word not in card.everything)


async def every_view(scene: Story, card: Card, key: str) -> tuple[str, str, str]:
    """Of a request that waits: its Details, what `show` answers, and what an approver opens."""
    await scene.developer.clicks(card, "Details")
    window = str((await scene.developer.form()).content)
    shown = await hears(scene.developer, f"/shipmate show {key}")
    await scene.approver.types(f"/shipmate approve {key}", "#production")
    return window, shown, str((await scene.approver.form()).content)


async def test_a_freeze_begun_after_the_asking_is_on_every_view_and_leaves_with_its_end(
    tmp_path: Path,
) -> None:
    async with production(tmp_path) as scene:
        card = await asks(scene)
        await card.shows(OPEN, "As of", "freezes and locks as of now")
        (key,) = [each.id for each in scene.services.ledger.open()]

        await hears(scene.oncall, '/shipmate freeze production --until 2h --reason "The fair"')
        await card.shows(
            "production is frozen by", "The fair", "opens by itself", "in 2 h", "No yes is taken"
        )
        assert OPEN not in card.everything
        for view in await every_view(scene, card, key):
            assert "production is frozen by" in view, view
            assert "“freeze” is held by @oncall" in view
        assert "submit" not in (await scene.approver.form()).content
        told = await hears(scene.approver, "/shipmate approve", "#production")
        assert "Shut now: freeze." in told, told
        await scene.approver.clicks(card, "Approve")
        await scene.approver.is_told("production is frozen by")

        await hears(scene.oncall, "/shipmate unfreeze production")
        await no_longer_shows(card, "frozen")
        await card.shows(OPEN)
        assert "frozen" not in await hears(scene.developer, f"/shipmate show {key}")
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")


async def test_a_lock_taken_while_it_is_queued_is_on_its_card_until_it_is_given_back(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, timings=SLOW) as scene:
        runs, waits = await one_behind_another(scene, "user-svc", "chat-svc")

        await hears(scene.oncall, '/shipmate lock staging --reason "A migration"')
        await waits.shows("staging is locked by", "A migration", "refused if that is still so")
        assert "locked" not in runs.everything
        await hears(scene.oncall, "/shipmate unlock staging")
        await no_longer_shows(waits, "locked")
        await waits.ends("Succeeded")
