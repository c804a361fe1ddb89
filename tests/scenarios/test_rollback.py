"""Going back to what ran well, by a commit that sets earlier tags."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.access import Actor
from bot.controls.events import FreezeBegun, LockTaken
from bot.deployments.events import CommitIntended
from tests.scenarios.asking import by_api, hears, token_of
from tests.scenarios.staging import newest_tag
from tests.scenarios.story import Card, Story, story


async def failed(scene: Story, environment: str = "staging") -> Card:
    """The card of a deployment whose image cannot be pulled."""
    scene.world.argocd.break_tag(newest_tag(scene))
    await scene.developer.types(f"/deploy {environment}")
    card = await scene.card()
    await card.ends("Failed")
    return card


async def test_the_button_of_a_failure_brings_back_what_ran_before(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        earlier = await scene.world.repository.tags("staging")
        tag = earlier["user-svc"]
        card = await failed(scene)
        await card.shows("Failed")
        assert f"Roll Back to {tag}" in card.buttons
        before = await scene.world.repository.head()

        await scene.oncall.clicks(card, f"Roll Back to {tag}")
        second = await scene.card(2)
        await second.ends("Succeeded")

        assert f"Roll staging back to {tag}" in second.text
        assert await scene.world.repository.tags("staging") == earlier
        assert await scene.commits(before) == [f"Roll staging back to {tag}"]
        assert "/shipmate resume staging" in second.everything
        assert "*older* than what ran before: this went back" in second.everything
        pins = scene.services.controls.of("staging").pins
        assert [*pins] == [scene.services.ledger.newest()[0].id]
        await card.shows("Newer: ", "*Rolled back* by <@U0OLU>")
        back, taken_back = scene.services.ledger.newest()
        told = await hears(scene.developer, "/shipmate deployments staging")
        assert f"Failed, rolled back by {back.id}" in told, told
        told = await hears(scene.developer, f"/shipmate show {taken_back.id}")
        assert "Rolled back by @U0OLU" in told, told
        assert f"Roll Back to {tag}" not in card.buttons


async def test_a_double_click_rolls_back_once(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        tag = (await scene.world.repository.tags("staging"))["user-svc"]
        card = await failed(scene)
        before = await scene.world.repository.head()
        pushed = scene.once(CommitIntended)

        await scene.oncall.clicks(card, f"Roll Back to {tag}")
        await scene.oncall.clicks(card, f"Roll Back to {tag}")
        await pushed.wait()
        await (await scene.card(2)).ends("Succeeded")

        assert len(await scene.commits(before)) == 1
        assert len(scene.services.ledger.newest()) == 2


async def test_one_application_goes_back_alone(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        earlier = await scene.world.repository.tags("staging")
        await failed(scene)
        bad = await scene.world.repository.tags("staging")

        await scene.oncall.types("/rollback link-frontend --yes")
        back = await rollback_card(scene)
        await back.ends("Succeeded")

        now = await scene.world.repository.tags("staging")
        assert now == {**bad, "link-frontend": earlier["link-frontend"]}
        assert "link-app-staging" not in back.everything
        pin = next(iter(scene.services.controls.of("staging").pins.values()))
        assert pin.pinned.applications == ("link-frontend",)


async def test_what_waits_behind_a_rollback_waits_for_a_word(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        card = await failed(scene)
        earlier = next(b for b in card.buttons if b.startswith("Roll Back"))
        scene.world.argocd.mend_tag(newest_tag(scene))
        scene.world.argocd.never_finish("link-frontend")

        await scene.oncall.clicks(card, earlier)
        back = await rollback_card(scene)
        await back.shows("syncing", "link-frontend")
        await scene.developer.types("/deploy staging")
        waiting = await queued_card(scene)
        scene.world.argocd.never_finish("link-frontend", yes=False)
        await back.ends("Succeeded")

        await waiting.shows("Held", "Go On")
        await scene.developer.clicks(waiting, "Go On")
        await waiting.ends("Succeeded")


async def test_a_bad_deployment_that_still_runs_is_stopped_and_taken_back(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        earlier = await scene.world.repository.tags("staging")
        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")
        good = await scene.world.repository.tags("staging")
        scene.world.github.add_run(scene.world.github.add_commit("Try something"))
        scene.world.argocd.stuck("link-app-staging")
        await scene.developer.types("/deploy staging")
        card = await scene.card(2)
        await card.shows("rolling out")
        scene.world.argocd.heal("link-app-staging")

        told = await hears(scene.oncall, "/rollback staging --yes")
        third = await card_that(scene, "Roll staging back")  # what is pinned is told beside it
        await card.ends("Cancelled")
        await third.ends("Succeeded")

        assert "staging* goes back" in told
        assert "Stopped for the rollback" in card.everything
        assert await scene.world.repository.tags("staging") == good != earlier


async def test_without_words_it_shows_what_ran_well_and_what_it_would_not_undo(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        await failed(scene)

        await scene.oncall.types("/rollback staging")
        form = await scene.oncall.form()
        assert "ran before" in str(form.content)
        assert "Argo CD deployed it" in str(form.content)
        await scene.oncall.submits({"reason": "it does not start"})
        asked = await scene.oncall.form()
        assert "Not undone" in str(asked.content)
        assert "Goes at once" in str(asked.content)
        await scene.oncall.submits({})
        card = await scene.card(2)
        await card.ends("Succeeded")
        assert "it does not start" in card.everything


async def test_what_is_not_safe_to_take_back_must_be_typed_out(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        github = scene.world.github
        commit = github.add_commit("Drop the column", body="Rollback: unsafe")
        github.add_run(commit)
        earlier = await scene.world.repository.tags("staging")
        card = await failed(scene)
        button = f"Roll Back to {earlier['user-svc']}"

        await scene.oncall.clicks(card, button)
        form = await scene.oncall.form()
        assert "Not safe to roll back" in str(form.content)
        assert "Rollback: unsafe" in str(form.content)
        wrong = await scene.oncall.submits({"confirm": "stagin"})
        assert "type staging to go on" in str(wrong.body)
        assert len(scene.services.ledger.newest()) == 1

        await scene.oncall.submits({"confirm": "staging"})
        await (await rollback_card(scene)).ends("Succeeded")
        assert await scene.world.repository.tags("staging") == earlier


async def test_who_may_not_roll_back_is_told_who_may(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        told = await hears(scene.developer, "/rollback staging --yes")
        assert "“rollback” for staging" in told
        assert "@oncall" in told


async def test_what_is_protected_or_carries_no_image_is_refused(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        assert "protected" in await hears(scene.oncall, "/rollback cert-manager")
        assert "carries no image tag" in await hears(scene.oncall, "/rollback custom-dashboards")
        assert "stagin" in await hears(scene.oncall, "/rollback stagin")


async def test_a_later_commit_on_the_same_lines_is_left_alone(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        card = await failed(scene)
        tag = next(b for b in card.buttons if b.startswith("Roll Back"))
        scene.world.argocd.delay_answers(5)
        repository = scene.world.repository

        await scene.oncall.clicks(card, tag)
        second = await scene.card(2)
        await repository.commit_inside("staging", "chat-svc", "sha-0000000")
        scene.world.argocd.delay_answers(0)
        await second.ends("Superseded")

        assert "Somebody set chat-svc to sha-0000000" in second.everything
        assert (await repository.tags("staging"))["chat-svc"] == "sha-0000000"


async def test_a_rollback_passes_a_freeze_and_a_lock(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        card = await failed(scene)
        tag = next(b for b in card.buttons if b.startswith("Roll Back"))
        await freeze(scene, "staging")

        await lock(scene, "staging")

        refused = await hears(scene.developer, "/deploy staging")
        assert "frozen" in refused
        assert "locked" in refused
        await scene.oncall.clicks(card, tag)
        await (await rollback_card(scene)).ends("Succeeded")


async def test_a_freeze_that_includes_rollbacks_holds_them_too(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await failed(scene)
        await freeze(scene, "staging", including_rollbacks=True)

        assert "Rollbacks are frozen too" in await hears(scene.oncall, "/rollback staging --yes")
        assert len(scene.services.ledger.newest()) == 1


async def rollback_card(scene: Story, channel: str = "#deployments") -> Card:
    """The newest card of a rollback, once there is one, whatever else is posted there."""
    slack = scene.world.slack

    def found() -> Card | None:
        cards = [m for m in slack.messages(channel) if not m.is_reply and "Roll " in m.text]
        return Card(scene, channel, cards[-1].ts) if cards else None

    card = await slack.until(found)
    assert card is not None
    return card


async def queued_card(scene: Story) -> Card:
    """The card of what waits, once there is one."""
    return await card_that(scene, "Queued")


async def card_that(scene: Story, says: str) -> Card:
    """The first top-level message whose text says it, once there is one."""
    slack = scene.world.slack

    def found() -> Card | None:
        messages = slack.messages("#deployments")
        cards = [m for m in messages if m.bot_id and not m.is_reply and says in m.text]
        return Card(scene, "#deployments", cards[0].ts) if cards else None

    card = await slack.until(found)
    assert card is not None
    return card


async def lock(scene: Story, scope: str) -> None:
    """Lock a scope, as somebody else would."""
    now = scene.world.clock.now()
    amir = Actor(id="U0AMIR", name="Amir")
    taken = LockTaken(at=now, actor=amir, until=now + timedelta(hours=2))
    await scene.services.controls.record(scope, lambda _: [taken])


async def freeze(scene: Story, scope: str, *, including_rollbacks: bool = False) -> None:
    """Freeze a scope, as the release manager would."""
    begun = FreezeBegun(
        at=scene.world.clock.now(),
        id="f1",
        actor=Actor(id="U0AMIR", name="Amir"),
        reason="audit",
        including_rollbacks=including_rollbacks,
    )
    await scene.services.controls.record(scope, lambda _: [begun])


async def test_a_shell_lists_what_can_be_gone_back_to_and_dry_runs_it(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await failed(scene)
        token = await token_of(scene.oncall)

        listed = await by_api(scene, token, "rollback staging")
        assert "ran before" in listed.reply["text"]
        assert listed.end["exit_code"] == 2
        dry = await by_api(scene, token, "rollback staging --dry-run")
        assert "Dry run" in dry.reply["text"]
        assert "+" in dry.reply["text"]
        assert "All open: shipmate rollback without --dry-run would" in dry.reply["text"]
        by_dana = await by_api(
            scene, await token_of(scene.developer), "rollback staging --dry-run --reason x"
        )
        assert "“rollback” for staging" in by_dana.reply["text"]
        assert len(scene.services.ledger.newest()) == 1
