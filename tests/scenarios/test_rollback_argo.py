"""What Git does not own is rolled back by Argo CD itself, with its auto-sync off until Resume."""

from __future__ import annotations

from pathlib import Path

from bot.controls.events import PinResumed
from bot.deployments.events import AutoSyncSwitchedOff
from bot.sandbox.argocd import Timings
from tests.scenarios.asking import hears
from tests.scenarios.production import production
from tests.scenarios.story import Story, platform, story
from tests.scenarios.test_quiet import PIPELINE
from tests.scenarios.test_rollback import rollback_card

NAME = "link-frontend"
_ENTRY = "{name: link-frontend, description: React frontend}"
SURE = f"--yes --confirm {NAME}"
BY_ARGO = platform({_ENTRY: _ENTRY.replace("}", ", rollback: argo}")})


def history(scene: Story) -> list[int]:
    return [entry.id for entry in scene.world.argocd.application(NAME).history]


def operations(scene: Story) -> int:
    return len([o for o in scene.operations(NAME) if o.initiated_by == "shipmate"])


async def test_auto_sync_is_off_while_it_holds_and_resume_gives_it_back(tmp_path: Path) -> None:
    async with story(tmp_path, catalog=BY_ARGO) as scene:
        scene.world.argocd.set_auto_sync(NAME, on=True, self_heal=True)
        await scene.world.clock.sleep(5)
        app = scene.world.argocd.application(NAME)
        target = app.history[-2]

        await scene.oncall.types(f"/rollback {NAME}")
        form = await scene.oncall.form()
        assert f"entry {target.id}" in str(form.content)
        await scene.oncall.submits({"reason": "the graphs are empty"})
        asked = await scene.oncall.form()
        assert "No hooks run" in str(asked.content)
        assert "auto-sync is switched off first" in str(asked.content)
        assert "Not known to be good" in str(asked.content)
        assert not scene.services.ledger.newest()
        await scene.oncall.submits({"confirm": NAME})
        card = await rollback_card(scene)
        await card.ends("Succeeded")

        assert not app.auto_sync
        assert app.history[-1].revisions == target.revisions
        assert operations(scene) == 1
        assert "No hooks run" in card.everything
        assert [*scene.services.controls.of("staging").pins]

        await hears(scene.oncall, f"/shipmate resume {NAME}")
        await scene.world.slack.until(lambda: app.auto_sync)
        assert app.self_heal


async def test_an_entry_that_the_record_does_not_know_to_be_good_is_typed_out(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, catalog=BY_ARGO) as scene:
        earlier = history(scene)[-2]
        await scene.oncall.types(f"/rollback {NAME} {earlier} --yes")
        form = await scene.oncall.form()
        assert f"Type {NAME} to go on all the same" in str(form.content)
        told = await hears(scene.oncall, f"/rollback {NAME} {earlier} --yes --confirm staging")
        assert f"not the application's name; type {NAME} to go on" in told
        assert not scene.services.ledger.newest()

        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")
        good = history(scene)[-1]
        older = scene.world.github.runs.newest(branch="develop", status="success")[1]
        await scene.developer.types(f"/deploy staging sha-{older.sha[:7]}")
        left = await scene.card(2)
        await left.ends("Succeeded")
        await scene.oncall.types(f"/sync {NAME} --dry-run")
        await (await scene.card(3)).ends("Succeeded")
        await scene.oncall.types(f"/rollback {NAME} {good} --yes")
        await (await rollback_card(scene)).ends("Succeeded")
        await left.shows("*Rolled back* by <@U0OLU>")


async def rolled_back(scene: Story) -> None:
    """It is pinned to what ran before, and its auto-sync is off."""
    scene.world.argocd.set_auto_sync(NAME, on=True, self_heal=True)
    await scene.world.clock.sleep(5)
    await scene.oncall.types(f"/rollback {NAME} {history(scene)[-2]} {SURE}")
    await (await rollback_card(scene)).ends("Succeeded")
    assert not scene.world.argocd.application(NAME).auto_sync


async def test_no_auto_sync_is_given_back_under_a_freeze_or_anothers_lock(tmp_path: Path) -> None:
    async with story(tmp_path, catalog=BY_ARGO) as scene:
        await rolled_back(scene)

        await scene.oncall.types('/shipmate freeze staging --reason "The fair"')
        told = await hears(scene.oncall, f"/shipmate resume {NAME}")
        assert "staging is frozen by" in told
        assert "auto-sync back, which deploys at once" in told
        await scene.oncall.types("/shipmate unfreeze staging")
        await scene.developer.types("/shipmate lock staging")
        assert "locked by" in await hears(scene.oncall, "/shipmate resume staging")
        assert [*scene.services.controls.of("staging").pins]
        await hears(scene.developer, "/shipmate unlock staging")

        resumed = await hears(scene.oncall, f"/shipmate resume {NAME}")
        assert "Automation goes on" in resumed
        await scene.world.slack.until(lambda: scene.world.argocd.application(NAME).auto_sync)


async def test_what_is_frozen_after_the_resume_gets_it_back_at_the_thaw(tmp_path: Path) -> None:
    async with story(tmp_path, catalog=BY_ARGO) as scene:
        await rolled_back(scene)
        (key,) = scene.services.controls.of("staging").pins
        await scene.oncall.types('/shipmate freeze staging --reason "The fair"')
        resumed = PinResumed(at=scene.world.clock.now(), id=key, actor=PIPELINE)
        await scene.services.controls.record("staging", lambda _: [resumed])

        await scene.world.clock.sleep(10)  # several looks
        assert not scene.world.argocd.application(NAME).auto_sync

        await scene.oncall.types("/shipmate unfreeze staging")
        await scene.world.slack.until(lambda: scene.world.argocd.application(NAME).auto_sync)


async def test_a_policy_that_somebody_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    async with story(tmp_path, catalog=BY_ARGO) as scene:
        await rolled_back(scene)
        scene.world.argocd.set_auto_sync(NAME, on=True)  # by an administrator, without selfHeal
        await scene.world.clock.sleep(2)

        await scene.oncall.types(f"/shipmate resume {NAME}")
        card = await rollback_card(scene)
        await card.is_followed_by("The auto-sync of `link-frontend` was changed meanwhile (on)")
        assert not scene.world.argocd.application(NAME).self_heal


async def test_what_argo_cd_refuses_is_told_in_its_words_and_nothing_stays_off(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, catalog=BY_ARGO) as scene:
        scene.world.argocd.set_auto_sync(NAME, on=True)
        await scene.world.clock.sleep(5)
        app = scene.world.argocd.application(NAME)
        off = scene.once(AutoSyncSwitchedOff, lambda: scene.world.argocd.deny(NAME, "sync"))

        await scene.oncall.types(f"/rollback {NAME} {history(scene)[-2]} {SURE}")
        card = await rollback_card(scene)
        await card.ends("Failed")

        assert off.is_set()
        assert "permission denied" in card.everything
        await scene.world.slack.until(lambda: app.auto_sync)
        assert not scene.services.controls.of("staging").pins
        assert operations(scene) == 0


async def test_where_a_parent_would_switch_it_on_again_it_is_refused(tmp_path: Path) -> None:
    async with story(tmp_path, catalog=BY_ARGO) as scene:
        scene.world.argocd.set_auto_sync(NAME, on=True)
        scene.world.argocd.adopt(NAME, "dashboards")
        await scene.world.clock.sleep(10)

        told = await hears(scene.oncall, f"/rollback {NAME} {history(scene)[-2]} {SURE}")
        assert "ApplicationSet dashboards owns link-frontend" in told
        assert scene.world.argocd.application(NAME).auto_sync


async def test_an_entry_that_is_not_there_and_a_word_that_is_none(tmp_path: Path) -> None:
    async with story(tmp_path, catalog=BY_ARGO) as scene:
        ids = history(scene)
        assert "no entry 99" in await hears(scene.oncall, f"/rollback {NAME} 99 --yes")
        runs = await hears(scene.oncall, f"/rollback {NAME} {ids[-1]} --yes")
        assert f"runs entry {ids[-1]} already" in runs
        assert "a number" in await hears(scene.oncall, f"/rollback {NAME} v1 --yes")
        refused = await hears(scene.developer, f"/rollback {NAME} {ids[-2]} --yes")
        assert "“rollback” for staging" in refused


async def test_one_that_was_rejected_can_be_asked_for_again(tmp_path: Path) -> None:
    name, entry = (
        "link-app-production",
        "{name: link-app-production, description: Production environment",
    )
    by_argo = platform({entry: f"{entry}, rollback: argo"})
    async with production(tmp_path, catalog=by_argo) as scene:
        target = scene.world.argocd.application(name).history[-2].id
        for number in (1, 2):
            words = f"/rollback {name} {target} --yes --confirm {name}"
            await scene.oncall.types(words, "#production")
            card = await scene.card(number, "#production")
            await card.shows("Waiting", "Reject")
            await scene.approver.clicks(card, "Reject")
            await scene.approver.submits({"reason": "Not yet"})
            await card.ends("Rejected")


async def test_a_lost_answer_starts_no_second_operation(tmp_path: Path) -> None:
    slow = Timings(operation=4, rollout=4)
    async with story(tmp_path, catalog=BY_ARGO, timings=slow) as scene:
        scene.world.argocd.lose_answer("rollback")

        await scene.oncall.types(f"/rollback {NAME} {history(scene)[-2]} {SURE}")
        await (await rollback_card(scene)).ends("Succeeded")

        assert operations(scene) == 1
