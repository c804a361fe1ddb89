"""A lock: others wait, ask, get it in their order, or take it; and it always ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.sandbox.argocd import Timings
from tests.scenarios.asking import hears
from tests.scenarios.story import Story, story


async def id_of(scene: Story) -> str:
    """The only deployment there is."""
    (deployment,) = scene.services.ledger.newest()
    return deployment.id


async def is_deactivated(scene: Story, person: str) -> None:
    slack = scene.world.slack
    users = slack.workspace.users
    users[person] = replace(users[person], deleted=True)
    scene.services.membership.forget()


async def test_a_reason_with_asterisks_stands_outside_of_what_is_bold(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types('/shipmate lock staging --reason "Moves *all* of it"')
        lock = await scene.card()
        await lock.shows("*: “Moves *all* of it”.")


async def test_others_are_refused_and_whoever_asks_gets_it_next(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types('/shipmate lock staging --reason "A load test"')
        lock = await scene.card()
        await lock.shows("staging is locked by <@U0DANA>", "A load test")
        assert lock.buttons == ["Ask For Lock", "Take Lock", "Unlock"]

        told = await hears(scene.oncall, "/sync link-app-staging")
        assert "staging is locked by" in told
        assert "A load test" in told
        assert "opens by itself" in told

        assert "staging is locked by" in await hears(scene.oncall, "/where")
        assert "staging is locked by dana until" in await hears(scene.developer, "/where")

        await scene.oncall.clicks(lock, "Ask For Lock")
        await scene.oncall.is_told("You are next")
        await lock.is_followed_by("<@U0DANA>", "<@U0OLU> asks for the lock")
        await scene.oncall.clicks(lock, "Ask For Lock")
        await lock.shows("1 waits for it")

        await scene.developer.clicks(lock, "Unlock")
        await lock.shows("was locked by <@U0DANA>", "handed over to <@U0OLU>")
        second = await scene.card(2)
        await second.shows("staging is locked by <@U0OLU>")
        await second.is_followed_by("<@U0OLU>", "is yours until")
        assert "staging is locked by" in await hears(scene.developer, "/deploy staging")


async def test_nobody_who_has_left_meanwhile_gets_it(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/shipmate lock staging")
        await hears(scene.oncall, "/shipmate lock staging --ask")
        await is_deactivated(scene, "U0OLU")

        told = await hears(scene.developer, "/shipmate lock hand-over staging")
        assert "Nobody who asked may have the lock" in told
        assert "may not have the lock" in await hears(
            scene.developer, "/shipmate lock hand-over staging olu"
        )
        await hears(scene.developer, "/shipmate unlock staging")
        assert scene.services.controls.of("staging").lock is None


async def test_nor_does_it_go_to_them_by_itself(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/shipmate lock staging --for 5m")
        await hears(scene.oncall, "/shipmate lock staging --ask")
        await is_deactivated(scene, "U0OLU")

        await (await scene.card()).shows("its time was up")
        assert scene.services.controls.of("staging").lock is None


async def test_who_may_not_have_it_asks_for_its_release_and_hears_of_it(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.oncall.types("/shipmate lock production")
        lock = await scene.card(channel="#production")
        await scene.developer.clicks(lock, "Ask For Lock")
        await scene.developer.is_told("ask for the release of the lock", "not hold it yourself")
        await lock.is_followed_by("<@U0OLU> <@U0DANA> asks you to release", "tells them")
        await lock.shows("1 asks for its release: <@U0DANA>")
        await scene.developer.clicks(lock, "Ask For Lock")
        await scene.outsider.clicks(lock, "Ask For Lock")
        told = await scene.outsider.is_told("“lock” for production, or “sync” for production")
        assert told.splitlines()[0].count("is held by") == 1
        await scene.developer.clicks(lock, "Take Lock")
        await scene.developer.is_told("“lock” for production", "is held by @oncall")
        assert len(lock.thread) == 1

        await scene.oncall.clicks(lock, "Unlock")
        await lock.is_followed_by("<@U0DANA> the lock of production is released: ask again")
        assert scene.services.controls.of("production").lock is None
        late = await hears(scene.developer, "/shipmate lock production --ask")
        assert "is free. Ask for what it stopped again" in late


async def test_its_owner_deploys_and_others_do_so_once_it_is_released(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/shipmate lock staging")
        await scene.developer.types("/deploy staging user-svc")
        await (await scene.card(2)).ends("Succeeded")
        await hears(scene.developer, "/shipmate unlock staging")
        await scene.oncall.types("/sync link-app-staging")
        await (await scene.card(3)).ends("Succeeded")


async def test_who_takes_it_says_so_to_its_owner(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/shipmate lock staging")
        lock = await scene.card()
        await scene.oncall.clicks(lock, "Take Lock")
        await lock.shows("taken by <@U0OLU>")
        await lock.is_followed_by("<@U0DANA>", "<@U0OLU> took the lock of staging from you")
        held = scene.services.controls.of("staging").lock
        assert held is not None
        assert held.owner.id == "U0OLU"
        assert "Only its owner" in await hears(scene.developer, "/shipmate unlock staging")

        late = await hears(scene.approver, "/shipmate lock staging --of 1 --take")
        assert "That lock has ended: staging is locked by olu now" in late


async def test_it_is_handed_over_by_name_by_form_and_never_to_who_may_not_have_it(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/shipmate lock staging")
        told = await hears(scene.developer, "/shipmate lock hand-over staging")
        assert "nobody has asked" in told
        told = await hears(scene.developer, "/shipmate lock hand-over staging @U0OTTO")
        assert "may not have the lock" in told
        told = await hears(scene.developer, "/shipmate lock hand-over staging @nobody")
        assert "Nobody is called @nobody in Slack" in told
        assert "Copy member ID" in told
        told = await hears(scene.developer, "/shipmate lock hand-over staging @otto")
        assert "may not have the lock" in told
        told = await hears(scene.developer, "/shipmate lock hand-over staging @Olu")
        assert "U0OLU> has the lock of staging now" in told or "@U0OLU has the lock" in told
        await hears(scene.oncall, "/shipmate lock hand-over staging @dana")

        await scene.developer.types("/shipmate lock hand-over")
        assert (await scene.developer.form()).content["callback_id"] == "form:lock hand-over"
        await scene.developer.submits({"environment": "staging", "to": "U0OLU"})
        await scene.developer.is_told("<@U0OLU> has the lock of staging now")


async def test_its_end_is_announced_to_its_owner_and_it_ends(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/shipmate lock staging --for 11m")
        lock = await scene.card()
        await lock.is_followed_by("<@U0DANA>", "your lock of staging ends", "keeps it longer")
        await lock.shows("its time was up")
        assert scene.services.controls.of("staging").lock is None


async def test_its_owner_may_cancel_what_others_run_there(tmp_path: Path) -> None:
    async with story(tmp_path, timings=Timings(operation=300)) as scene:
        await scene.developer.types("/deploy staging user-svc")
        runs = await scene.card()
        await runs.shows("syncing")
        await scene.approver.types(f"/shipmate cancel {await id_of(scene)} --revert")
        await scene.approver.is_told("Only its requester can cancel", "has the lock")

        await scene.approver.types("/shipmate lock staging")
        await scene.approver.types(f"/shipmate cancel {await id_of(scene)} --revert")
        await runs.ends("Cancelled")


async def test_wrong_words_are_answered_with_what_is_right(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        for line, said in (
            ("lock stagin", "staging"),
            ("lock staging --for 18:00", "no length of time"),
            ("lock staging --for 2d", "24 hours at most"),
            ("lock staging --ask --take", "exclude each other"),
            ("lock staging --ask", "is free"),
            ("unlock staging", "is not locked"),
            ("lock production", "“lock” for production"),
        ):
            assert said in await hears(scene.developer, f"/shipmate {line}"), line
