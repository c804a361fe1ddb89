"""What happens between the question and the act: time, rights, and what others change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.deployments.events import ApprovalLapsed, Committed, SyncStarted
from bot.sandbox.argocd.definitions import chart
from bot.sandbox.gitrepo.files import replicas
from tests.scenarios.asking import hears
from tests.scenarios.production import (
    GLASS,
    SLOW,
    asks,
    operations,
    production,
    release,
    time_passes,
)
from tests.scenarios.story import platform
from tests.scenarios.test_approvals import with_olu


async def test_silence_is_reminded_of_and_in_the_end_means_no(tmp_path: Path) -> None:
    soon = '    mode: approval\n    approval: {expires_hours: 0.1, backup: ["group:oncall"]}\n'
    hours = "working_hours: {days: [mon, tue, wed, thu, fri, sat, sun], begin: 00:00, end: 23:59}\n"
    changes = {"    mode: approval\n": soon, "ci:\n": f"{hours}\nci:\n"}
    async with production(tmp_path, catalog=platform(changes)) as scene:
        card = await asks(scene)
        await card.is_followed_by("<!subteam^S0APP>", "asks for approval")
        await card.is_followed_by("<!subteam^S0APP>", "still waiting")
        await card.is_followed_by("<!subteam^S0ONC>", "still waiting")
        old = card.message
        await card.ends("Expired")
        await card.is_followed_by("<@U0DANA>", "Expired")
        assert "Approve" not in card.buttons
        await scene.world.slack.click("U0AMIR", old, "Approve")
        await scene.approver.is_told("is Expired; there is nothing to do")
        assert operations(scene) == 0


async def test_who_lost_the_right_to_approve_has_not_approved(tmp_path: Path) -> None:
    async with production(tmp_path, timings=SLOW, before_start=with_olu) as scene:
        await scene.developer.types(f"/deploy production {release(scene, back=3)}", "#production")
        first = await scene.card(channel="#production")
        await first.shows("Waiting", "Approve")
        started = scene.once(SyncStarted)
        await scene.approver.clicks(first, "Approve")
        await started.wait()

        tag = release(scene)
        await scene.developer.types(f"/deploy production {tag}", "#production")
        second = await scene.card(2, channel="#production")
        await second.shows("Waiting", "Approve")
        await scene.oncall.clicks(second, "Approve")
        await second.shows("Queued")
        lapsed = scene.once(ApprovalLapsed)
        await scene.world.slack.set_members("S0APP", ["U0AMIR"])
        await first.ends("Succeeded")
        await lapsed.wait()
        await second.shows("Waiting", "may not any more")
        assert operations(scene) == 1


async def test_break_glass_goes_at_once_says_so_and_is_for_few(tmp_path: Path) -> None:
    glass = platform({"    may: [sync, rollback, freeze, lock, logs]": GLASS})
    async with production(tmp_path, catalog=glass) as scene:
        tag = release(scene)
        line = f"/deploy production {tag} --break-glass"
        assert "needs a --reason" in await scene.oncall.types(line)
        refused = await scene.developer.types(f'{line} --reason "I want to"')
        assert "“break-glass” for production" in refused

        await scene.oncall.types(f'{line} --reason "Payments are down"', "#production")
        card = await scene.card(channel="#production")
        await card.ends("Succeeded")
        assert "Without approval" in card.everything
        assert "Payments are down" in card.everything


async def test_without_github_the_card_says_so_and_the_rules_hold(tmp_path: Path) -> None:
    known = platform({"github_logins: {}": "github_logins: {U0DANA: dana-developer}"})
    async with production(tmp_path, catalog=known) as scene:
        scene.world.github.faults.cut_off()
        tag = release(scene)
        await scene.developer.types(f"/deploy production {tag}", "#production")
        card = await scene.card(channel="#production")
        await card.shows("Waiting", "Not known", "GitHub")
        await scene.approver.clicks(card, "Approve")
        await scene.approver.is_told("Who wrote this is not known")
        assert operations(scene) == 0


async def test_what_github_could_not_tell_is_shown_once_it_can_and_decided_on_then(
    tmp_path: Path,
) -> None:
    async with production(tmp_path) as scene:
        scene.world.github.faults.cut_off()
        tag = release(scene)
        await scene.developer.types(f"/deploy production {tag}", "#production")
        card = await scene.card(channel="#production")
        await card.shows("Commits since what runs: unknown", "CI is not known", "Approve")
        lapsed = scene.once(ApprovalLapsed)
        scene.world.github.faults.restore()
        await lapsed.wait()
        await card.shows("Asked for anew", "GitHub tells by now which commits ship", "Approve")
        assert "unknown" not in card.everything
        assert "CI is not known" not in card.everything
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")


async def test_a_yes_to_what_github_could_not_tell_stays_a_yes(tmp_path: Path) -> None:
    two = platform({"    mode: approval\n": "    mode: approval\n    approval: {needed: 2}\n"})
    async with production(tmp_path, catalog=two, before_start=with_olu) as scene:
        scene.world.github.faults.cut_off()
        tag = release(scene)
        await scene.developer.types(f"/deploy production {tag}", "#production")
        card = await scene.card(channel="#production")
        await card.shows("Commits since what runs: unknown", "Approve")
        await scene.approver.clicks(card, "Approve")
        await card.shows("1 of 2 approvals")
        scene.world.github.faults.restore()
        time_passes(scene, hours=0.1)
        await card.shows("1 of 2 approvals")
        await scene.oncall.clicks(card, "Approve")
        await card.ends("Succeeded")
        assert scene.services.ledger.newest("production")[0].lapsed is None


async def test_a_newer_request_takes_the_place_of_one_that_waits(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        older = release(scene, back=3)
        await scene.developer.types(f"/deploy production {older}", "#production")
        first = await scene.card(channel="#production")
        await first.shows("Waiting", "Approve")
        await scene.developer.types(f"/deploy production {release(scene)}", "#production")
        await first.ends("Superseded")
        assert "Approve" not in first.buttons
        newer, gave_way = scene.services.ledger.newest("production")
        await first.shows(f"{newer.id}, which dana asked for, takes its place")
        second = await scene.card(2, "#production")
        await second.shows("It takes the place of", gave_way.id, "Approve")


async def test_what_others_push_at_the_last_moment_does_not_ride_along(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        card = await asks(scene)
        more = {"environments/production/replicas.yaml": replicas("production", 9)}
        await scene.world.repository.write(more, "Run nine of everything")
        await scene.approver.clicks(card, "Approve")
        await card.shows("Asked for anew", "Rides along", "Run nine of everything", "Approve")
        assert operations(scene) == 0


async def test_beside_a_chart_the_approved_commit_is_what_goes_there(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        app = scene.world.argocd.application("link-app-production")
        beside = chart("https://charts.example.com", "common", "1.2.3")
        app.definition = replace(app.definition, sources=(*app.definition.sources, *beside))
        await hears(scene.developer, "/shipmate app refresh link-app-production")
        pushed = scene.once(Committed, lambda: scene.world.argocd.delay_answers(40))

        card = await asks(scene)
        await scene.approver.clicks(card, "Approve")
        await pushed.wait()
        await scene.world.repository.commit_beside()
        scene.world.argocd.delay_answers(0)
        await card.ends("Succeeded")

        commit = scene.services.ledger.newest("production")[0].commit
        assert commit is not None
        assert scene.operations("link-app-production")[-1].revisions == (commit.sha, "1.2.3")


async def test_another_line_that_changes_nothing_leaves_an_approval_alone(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        card = await asks(scene)
        await scene.world.repository.commit_near("production")
        await scene.world.repository.commit_beside()
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")
        assert scene.services.ledger.newest("production")[0].lapsed is None


async def test_a_yes_after_the_end_of_its_time_is_none(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        card = await asks(scene)
        time_passes(scene, hours=100)
        await scene.approver.clicks(card, "Approve")
        await scene.approver.is_told("xpired")  # by the click, or by the bot's own look before it
        await card.ends("Expired")
        assert operations(scene) == 0
