"""Approvers see what a change renders to, and what of it has no way back."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox.world import World
from bot.views.approval_card import scope_sentence
from tests.scenarios.production import asks, production

CONTRACT = "services/user-svc/migrations/contract/0008_drop.sql"


def with_a_migration(outside: World) -> None:
    commit = outside.github.add_commit("Drop the old column", files=[CONTRACT])
    outside.github.add_run(commit)


def with_a_word_of_warning(outside: World) -> None:
    commit = outside.github.add_commit("Move the sessions", body="Rollback: unsafe")
    outside.github.add_run(commit)


async def test_the_card_tells_manifests_and_migrations(tmp_path: Path) -> None:
    async with production(tmp_path, before_start=with_a_migration) as scene:
        card = await asks(scene)
        await card.shows("7 objects with another image and nothing else", "Runs", "Job/db-migrate")
        await card.shows("Migrates the database", CONTRACT)
        await card.shows("Not safe to roll back", f"{CONTRACT} cannot be undone.")
        assert await scene.services.gitops.previews.left() == ()
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")


async def test_a_commit_s_own_warning_is_on_the_card(tmp_path: Path) -> None:
    async with production(tmp_path, before_start=with_a_word_of_warning) as scene:
        await (await asks(scene)).shows("Not safe to roll back", "says “Rollback: unsafe”")
        newest = scene.services.ledger.newest()[0]
        assert "no new migration file, Job/db-migrate runs as a hook" in scope_sentence(newest)


async def test_a_label_of_a_pull_request_is_on_the_card(tmp_path: Path) -> None:
    def labelled(outside: World) -> None:
        outside.github.add_pull(outside.github.newest(), "Rollback-Unsafe")

    async with production(tmp_path, before_start=labelled) as scene:
        await (await asks(scene)).shows("Not safe to roll back", "has the label “Rollback-Unsafe”")


async def test_what_nobody_could_render_is_said_and_decides_nothing(tmp_path: Path) -> None:
    def refusing(outside: World) -> None:
        outside.repository.reject_pushes(message="Only branches may be pushed here.")

    async with production(tmp_path, before_start=refusing) as scene:
        card = await asks(scene)
        await card.shows("Manifests not previewed", "Only branches may be pushed here.")
        assert "no difference" not in card.everything
        scene.world.repository.accept_pushes()
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")
