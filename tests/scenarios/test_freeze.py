"""A freeze: what it stops, what it cannot stop, who ends it, and what survives a restart."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.asking import by_api, hears, token_of
from tests.scenarios.production import GLASS
from tests.scenarios.staging import SLOW, newest_tag, one_behind_another
from tests.scenarios.story import Card, Story, platform, running, story

MAY = "    may: [sync, rollback, freeze, lock, logs]"


async def freezes(scene: Story, words: str, number: int = 1) -> Card:
    """On-call freezes; the message about it in #deployments."""
    told = await hears(scene.oncall, f"/shipmate freeze {words}")
    assert "frozen" in told, told
    return await scene.card(number)


async def test_nothing_starts_in_a_frozen_environment_until_the_last_freeze_ends(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        first = await freezes(scene, 'staging --reason "The fair"')
        await first.shows("staging is frozen", "The fair", "<@U0OLU>")
        assert first.buttons == ["Unfreeze"]
        await freezes(scene, 'all --until 2h --reason "An incident"', 2)

        for person, line in (
            (scene.developer, "/deploy staging"),
            (scene.oncall, "/sync link-app-staging"),
        ):
            told = await hears(person, line)
            assert "staging is frozen by" in told, told
            assert "The fair" in told
            assert "Everything is frozen" in told
            assert "“freeze” is held by @oncall" in told
            assert "opens by itself" in told
        for line in ("/deploy staging --dry-run", "/where staging"):
            told = await hears(scene.developer, line)
            assert "staging is frozen by" in told, told
            assert "Everything is frozen" in told

        await scene.oncall.clicks(first, "Unfreeze")
        await first.shows("staging was frozen for", "ended by <@U0OLU>")
        assert first.buttons == []
        assert "Everything is frozen" in await hears(scene.developer, "/deploy staging")
        assert "nothing is frozen there any more" in await hears(
            scene.oncall, "/shipmate unfreeze all"
        )

        assert scene.operations("link-app-staging") == []
        await scene.developer.types("/deploy staging")
        await (await scene.card(3)).ends("Succeeded")


async def test_who_unfreezes_everything_is_told_what_is_frozen_still(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await freezes(scene, 'staging --reason "The fair"')
        told = await hears(scene.oncall, "/shipmate unfreeze all")
        assert "No freeze lies over everything; staging is frozen: “The fair”." in told
        assert "`/shipmate unfreeze staging " in told

        await scene.oncall.types('/shipmate freeze all --reason "An incident"')
        await scene.card(2)
        told = await hears(scene.oncall, "/shipmate unfreeze all")
        assert "1 freeze of everything ended; 1 freeze still lies over a part of it." in told
        assert "\nstaging " in told
        assert "The fair" in told
        assert "staging is frozen by" in await hears(scene.developer, "/deploy staging")


async def test_freeze_alone_opens_a_form(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.oncall.types("/shipmate freeze")
        form = await scene.oncall.form()
        assert form.content["callback_id"] == "form:freeze"
        values = {"environment": "production", "until": "2h", "reason": "The fair"}
        await scene.oncall.submits(values)
        card = await scene.card(channel="#production")
        await card.shows("production is frozen by", "The fair", "until")


async def test_who_may_not_freeze_is_told_who_may(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        told = await hears(scene.developer, '/shipmate freeze staging --reason "Mine"')
        assert "“freeze” for staging" in told
        assert "@oncall" in told
        first = await freezes(scene, 'staging --reason "The fair"')
        await scene.developer.clicks(first, "Unfreeze")
        await scene.developer.is_told("“freeze” for staging")
        assert scene.services.controls.of("staging").freezes


async def test_what_runs_goes_on_and_what_is_queued_is_refused_at_its_start(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, timings=SLOW) as scene:
        runs, waits = await one_behind_another(scene, "user-svc", "chat-svc")

        told = await hears(scene.oncall, '/shipmate freeze staging --reason "The fair"')
        assert "going on to the end" in told
        assert "Refused when their turn comes" in told

        await runs.ends("Succeeded")
        await waits.ends("Failed")
        await waits.shows("staging is frozen by", "The fair", "unfreeze staging")


async def test_stop_asks_first_and_then_takes_back_what_runs(tmp_path: Path) -> None:
    async with story(tmp_path, timings=SLOW) as scene:
        await scene.developer.types("/deploy staging")
        runs = await scene.card()
        await runs.shows("syncing")

        await scene.oncall.types('/shipmate freeze staging --stop --reason "It burns"')
        form = await scene.oncall.form()
        assert "This cancels 1 running deployment" in str(form.content)
        assert "earlier tags are put back" in str(form.content)
        assert not scene.services.controls.of("staging").freezes
        await scene.oncall.submits({})

        await runs.ends("Cancelled")
        await runs.shows("taken back")
        assert scene.services.controls.of("staging").freezes


async def test_a_freeze_names_what_syncs_by_itself_and_how_to_stop_that_in_argo_cd(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        told = await hears(scene.oncall, '/shipmate freeze dev --until 2h --reason "The fair"')
        assert "Not stopped" in told
        assert "link-app-dev syncs by itself" in told
        assert "argocd proj windows add link --kind deny --schedule" in told
        assert "--duration 2h" in told
        assert "--time-zone UTC --applications link-app-dev --manual-sync" in told
        told = await hears(scene.oncall, '/shipmate freeze staging --reason "The fair"')
        assert "argocd" not in told


async def test_a_freeze_ends_by_itself_and_its_message_says_so(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        first = await freezes(scene, 'staging --until 1m --reason "A moment"')
        await first.shows("staging was frozen for", "ended by itself")
        assert not scene.services.controls.of("staging").freezes


async def test_a_freeze_outlives_the_process(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        variables = scene.world.environment() | {
            "SHIPMATE_DATABASE": str(tmp_path / "other.db"),
        }
        async with running(scene.world, variables) as one:
            assert one.services is not None
            await freezes(scene, 'staging --reason "The fair"')
        async with running(scene.world, variables) as next_life:
            assert next_life.services is not None
            assert "The fair" in await hears(scene.developer, "/deploy staging")


async def test_wrong_words_are_answered_with_what_is_right(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        for line, said in (
            ("freeze staging", "The reason is missing"),
            ('freeze stagin --reason "x"', "staging"),
            ('freeze staging --reason "x" --until "firday 17:00"', "Did you mean friday?"),
            ('freeze staging --reason "x" --until 2020-01-01', "is in the past"),
            ('freeze staging --reason "x" --unti 2h', "Did you mean --until?"),
            ("unfreeze staging", "staging is not frozen"),
            ("unfreeze staging abc", "No freeze"),
        ):
            assert said in await hears(scene.oncall, f"/shipmate {line}"), line
        assert not list(scene.services.controls.all())


async def test_break_glass_passes_a_freeze_and_a_lock_and_nothing_else_does(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, catalog=platform({MAY: GLASS})) as scene:
        await freezes(scene, 'staging --reason "The fair"')
        await scene.developer.types("/shipmate lock staging")
        tag = newest_tag(scene)

        told = await hears(scene.oncall, f"/deploy staging {tag} --reason x")
        assert "staging is frozen" in told
        assert "staging is locked" in told
        await scene.oncall.types(f'/deploy staging {tag} --break-glass --reason "It burns"')
        await (await scene.card(3)).ends("Succeeded")


async def test_production_is_shut_by_every_door(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await hears(scene.oncall, '/shipmate freeze all --reason "An incident"')
        line = "/sync link-app-production"
        assert "Everything is frozen" in await hears(scene.oncall, line, "#production")
        said = await by_api(scene, await token_of(scene.oncall), line[1:])
        assert "Everything is frozen" in said.reply["text"]
        assert said.end["exit_code"] == 1
        assert scene.operations("link-app-production") == []


async def test_a_window_of_the_catalog_freezes_and_says_when_it_opens(tmp_path: Path) -> None:
    window = (
        "    branch: develop\n    freezes:\n"
        '      - {cron: "0 0 * * *", duration: 23h59m, reason: Daily}\n'
        '      - {cron: "0 12 * * *", duration: 23h59m, reason: Daily}\n'
    )
    text = platform({"    aliases: [stg, stage]\n    branch: develop\n": window})
    async with story(tmp_path, catalog=text) as scene:
        told = await hears(scene.developer, "/deploy staging")
        assert "staging is frozen by a window of the catalog: “Daily”" in told
        assert "opens by itself" in told
        assert "frozen by a window" in await hears(scene.developer, "/where staging")
