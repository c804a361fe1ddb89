"""`audit verify` on a record that was worked on by others: each change is found and named."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.exits import Exit
from bot.store.chain import GENESIS, seal
from tests.scenarios.asking import Ran, by_api, by_shell, hears, shipmate, token_of
from tests.scenarios.story import Story, story

pytestmark = pytest.mark.asyncio(loop_scope="module")

Tampering = Callable[[sqlite3.Connection], object]


@dataclass(frozen=True)
class Stage:
    """A bot that has deployed twice, and the newest commit's Audit-Head."""

    scene: Story
    position: int
    commit: str

    async def verified(self, copy: Path, act: Tampering | None = None, *words: str) -> Ran:
        """`shipmate audit verify` on a copy of the record, without a bot."""
        await self.scene.services.store.backup(copy)
        if act is not None:
            with closing(sqlite3.connect(copy)) as other:
                for trigger in ("changed", "deleted"):
                    other.execute(f"DROP TRIGGER events_are_never_{trigger}")
                other.execute("DROP TRIGGER events_are_only_appended")
                act(other)
                other.commit()
        variables = {
            "SHIPMATE_DATABASE": str(copy),
            "GITOPS_REPO": str(self.scene.world.repository.path),
        }
        return await shipmate(variables, "audit", "verify", *words)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with story(tmp_path_factory.mktemp("verify")) as scene:
        sha = scene.world.github.newest().sha
        previous = scene.world.github.history.line(sha)[1].sha
        for number, tag in enumerate((previous, sha), start=1):
            await scene.developer.types(f"/deploy staging sha-{tag[:7]}")
            await (await scene.card(number)).ends("Succeeded")
        newest = (await scene.world.repository.log())[0]
        position = int(newest.trailers["Audit-Head"].split()[0])
        yield Stage(scene, position, newest.sha[:7])


def rebuilt(database: sqlite3.Connection, after: int) -> None:
    """Everything after a position is written anew, with a chain that fits."""
    rows = database.execute("SELECT * FROM events ORDER BY position").fetchall()
    head = GENESIS if after == 0 else rows[after - 1][-1]
    for row in rows[after:]:
        columns = (*row[:6], "slack:U0MALLORY", row[7], head)
        head = seal(columns)
        database.execute(
            "UPDATE events SET actor = ?, prev_hash = ?, hash = ? WHERE position = ?",
            (columns[6], columns[8], head, row[0]),
        )


async def test_a_record_as_it_was_written_is_whole_by_every_door(
    stage: Stage, tmp_path: Path
) -> None:
    told = await hears(stage.scene.outsider, "/shipmate audit verify")
    assert "The record is whole" in told
    assert "2 commits" in told
    token = await token_of(stage.scene.developer)
    said = await by_api(stage.scene, token, "audit verify")
    assert said.end["exit_code"] == Exit.DONE
    shell = await by_shell(stage.scene, token, "audit", "verify")
    assert (shell.code, shell.err) == (Exit.DONE, "")
    alone = await stage.verified(tmp_path / "copy.db")
    assert (alone.code, alone.err) == (Exit.DONE, "")
    assert "The record is whole" in alone.out
    assert "2 commits" in alone.out


async def test_an_event_that_was_changed_is_named(stage: Stage, tmp_path: Path) -> None:
    ran = await stage.verified(
        tmp_path / "copy.db",
        lambda other: other.execute("UPDATE events SET actor = 'x' WHERE position = 3"),
    )
    assert ran.code == Exit.FAILED
    assert "The event at position 3 was changed after it was written." in ran.out


async def test_events_that_were_removed_or_moved_are_named(stage: Stage, tmp_path: Path) -> None:
    def act(other: sqlite3.Connection) -> None:
        other.execute("DELETE FROM events WHERE position IN (4, 5)")
        other.execute("UPDATE events SET position = -1 WHERE position = 8")
        other.execute("UPDATE events SET position = 8 WHERE position = 9")
        other.execute("UPDATE events SET position = 9 WHERE position = -1")

    ran = await stage.verified(tmp_path / "copy.db", act)
    assert "The events at positions 4 to 5 are missing." in ran.out
    assert "The event at position 8 was written at 9." in ran.out
    assert "The event at position 9 was written at 8." in ran.out


async def test_a_tail_that_was_cut_off_is_missed_by_the_commits(
    stage: Stage, tmp_path: Path
) -> None:
    last = stage.position - 2
    ran = await stage.verified(
        tmp_path / "copy.db",
        lambda other: other.execute("DELETE FROM events WHERE position > ?", (last,)),
    )
    assert ran.code == Exit.FAILED
    assert f"The record ends at position {last}, but commit {stage.commit}" in ran.out
    assert f"names position {stage.position}: at least 2 events at its end are missing" in ran.out


@pytest.mark.parametrize("after", [0, 4])
async def test_a_record_that_was_written_anew_is_caught_by_the_commits(
    stage: Stage, tmp_path: Path, after: int
) -> None:
    ran = await stage.verified(tmp_path / "copy.db", lambda other: rebuilt(other, after))
    assert ran.code == Exit.FAILED
    why = f"The event at position {stage.position} is not the one that commit {stage.commit}"
    assert why in ran.out


async def test_a_record_cut_off_and_then_gone_on_with_is_caught_by_the_commits(
    stage: Stage, tmp_path: Path
) -> None:
    def act(other: sqlite3.Connection) -> None:
        rebuilt(other, stage.position - 3)

    ran = await stage.verified(tmp_path / "copy.db", act)
    assert f"The event at position {stage.position} is not the one" in ran.out


async def test_a_head_that_somebody_kept_is_a_witness_too(stage: Stage, tmp_path: Path) -> None:
    position, hashed = stage.scene.services.store.head
    good = await stage.verified(tmp_path / "a.db", None, "--head", f"{position} {hashed}")
    assert good.code == Exit.DONE
    bad = await stage.verified(tmp_path / "b.db", None, "--head", f"{position} {'0' * 64}")
    assert "is not the one that the head that was given names" in bad.out
    wrong = await stage.verified(tmp_path / "c.db", None, "--head", "yesterday")
    assert wrong.code == Exit.USAGE


async def test_without_git_the_record_is_not_proven(stage: Stage, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    await stage.scene.services.store.backup(copy)
    ran = await shipmate({"SHIPMATE_DATABASE": str(copy)}, "audit", "verify")
    assert ran.code == Exit.FAILED
    assert "Not asked: GITOPS_REPO is not set" in ran.out
    gone = {"SHIPMATE_DATABASE": str(copy), "GITOPS_REPO": str(tmp_path / "nowhere.git")}
    ran = await shipmate(gone, "audit", "verify")
    assert ran.code == Exit.FAILED
    assert "not every witness could be asked" in ran.out
