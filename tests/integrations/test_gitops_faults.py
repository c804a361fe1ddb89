"""Whatever happens to the remote, the branch or the clone: one commit, or a clear answer and none."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import pytest

from bot.sandbox.gitrepo import SeededRepo
from integrations.errors import Rejected, Unreachable
from integrations.gitops import GitOps
from tests.integrations.gitops_kit import (
    STAGING,
    TRAILERS,
    commits_of,
    deploy,
    git,
    gitops,
    seeded,
    tagged,
)

T = TypeVar("T")


@pytest.fixture
def repo(tmp_path: Path) -> SeededRepo:
    return seeded(tmp_path)


@pytest.fixture
def ops(repo: SeededRepo) -> GitOps:
    return gitops(repo)


# -- the branch moves ------------------------------------------------------------------------------


@pytest.mark.parametrize("times", [1, 3])
async def test_a_branch_that_moves_is_edited_again(
    repo: SeededRepo, ops: GitOps, times: int
) -> None:
    base = await repo.head()
    repo.move_branch_on_next_push(times)
    result = await deploy(ops, "sha-1234567")
    titles = [commit.title for commit in await repo.log(since=base)]
    assert titles == ["Deploy sha-1234567", *["Note the on-call rota"] * times]
    assert await repo.changed_files(result.sha) == [STAGING]


async def test_the_edit_sees_what_others_wrote_meanwhile(repo: SeededRepo, ops: GitOps) -> None:
    seen: list[str] = []
    loop = asyncio.get_running_loop()

    def edit(texts: Mapping[str, str]) -> Mapping[str, str]:
        seen.append(texts[STAGING])
        if len(seen) == 1:
            moved = repo.commit_inside("staging", "ai-svc", "sha-9999999")
            asyncio.run_coroutine_threadsafe(moved, loop).result(10)
        return {STAGING: texts[STAGING].replace("sha-363ea61", "sha-1234567")}

    await ops.commit("", edit, [STAGING], "Deploy", TRAILERS)
    assert len(seen) == 2
    tags = await repo.tags("staging")
    assert tags.pop("ai-svc") == "sha-9999999"
    assert set(tags.values()) == {"sha-1234567"}


async def test_a_branch_that_never_stands_still_is_given_up(repo: SeededRepo, ops: GitOps) -> None:
    repo.move_branch_on_next_push(100)
    with pytest.raises(Rejected, match="kept moving") as refusal:
        await deploy(ops, "sha-1234567")
    assert refusal.value.changed == "no"
    assert commits_of(repo, "d-1") == []


async def test_commits_that_were_taken_back_are_not_brought_back(
    repo: SeededRepo, ops: GitOps
) -> None:
    bad = await repo.commit_inside("staging", "", "sha-bad0bad")

    def edit(texts: Mapping[str, str]) -> Mapping[str, str]:
        if "sha-bad0bad" in texts[STAGING]:
            git(repo.path, "update-ref", "refs/heads/main", f"{bad}^")
        return {STAGING: texts[STAGING].replace("newTag: sha-", "newTag: new-")}

    result = await ops.commit("", edit, [STAGING], "Deploy", TRAILERS)
    assert bad not in git(repo.path, "log", "--format=%H", result.sha)


# -- the answer is lost ----------------------------------------------------------------------------


@pytest.mark.parametrize("trailers", [TRAILERS, {}])
async def test_a_push_whose_answer_is_lost_is_found_and_not_repeated(
    repo: SeededRepo, ops: GitOps, trailers: Mapping[str, str]
) -> None:
    base = await repo.head()
    repo.lose_answer_of_next_push()
    result = await ops.commit("", tagged("sha-1234567"), [STAGING], "Deploy", trailers)
    assert (result.sha, result.base, result.changed) == (await repo.head(), base, True)
    assert len(await repo.log(since=base)) == 1


async def test_a_lost_answer_and_a_moved_branch_are_still_one_commit(
    repo: SeededRepo, ops: GitOps
) -> None:
    base = await repo.head()
    repo.move_branch_on_next_push()
    repo.lose_answer_of_next_push(2)
    await deploy(ops, "sha-1234567")
    assert len(commits_of(repo, "d-1")) == 1
    assert len(await repo.log(since=base)) == 2


async def test_an_earlier_life_of_the_bot_is_remembered(repo: SeededRepo, ops: GitOps) -> None:
    base = await ops.fetch()
    first = await deploy(ops, "sha-1234567")
    await repo.commit_inside("staging", "ai-svc", "sha-9999999")
    again = await deploy(gitops(repo), "sha-1234567", since=base)
    assert again == first
    assert commits_of(repo, "d-1") == [first.sha]


async def test_a_push_that_takes_too_long_is_looked_up(repo: SeededRepo) -> None:
    ops = gitops(repo, timeout=1.0)
    await ops.fetch()
    repo.slow_pushes(1.5)
    result = await deploy(ops, "sha-1234567")
    assert commits_of(repo, "d-1") == [result.sha]


async def test_when_the_remote_is_gone_after_the_push_nobody_knows(
    repo: SeededRepo, ops: GitOps
) -> None:
    await ops.fetch()
    hook = repo.path / "hooks/post-receive"
    hook.write_text(f'#!/bin/sh\nmv "{repo.path}" "{repo.path}.away"\nkill -9 "$PPID"\n')
    with pytest.raises(Unreachable, match="cannot be reached") as error:
        await deploy(ops, "sha-1234567")
    assert error.value.changed == "unknown"
    repo.bring_back()
    assert len(commits_of(repo, "d-1")) == 1


# -- the remote refuses ----------------------------------------------------------------------------


async def test_the_remote_s_own_words_are_passed_on_clean(repo: SeededRepo, ops: GitOps) -> None:
    base = await repo.head()
    repo.reject_pushes(
        1, "\x1b[31mGH006: Protected branch.\x1b[0m\n\n  Changes need a review. \x07"
    )
    with pytest.raises(Rejected) as refusal:
        await deploy(ops, "sha-1234567")
    assert refusal.value.summary == (
        "the remote refused the push: GH006: Protected branch. Changes need a review."
    )
    assert refusal.value.changed == "no"
    assert await repo.head() == base
    assert (await deploy(ops, "sha-1234567")).changed


async def test_endless_words_are_cut(repo: SeededRepo, ops: GitOps) -> None:
    repo.reject_pushes(1, "no " * 5_000)
    with pytest.raises(Rejected) as refusal:
        await deploy(ops, "sha-1234567")
    assert len(refusal.value.summary) < 500


async def test_a_remote_that_is_gone_is_said_at_once(repo: SeededRepo, ops: GitOps) -> None:
    head = await ops.fetch()
    repo.take_away()
    for call in (deploy(ops, "sha-1234567"), ops.fetch(), ops.find("d-1"), ops.probe()):
        with pytest.raises(Unreachable, match="cannot be reached") as error:
            await call
        assert error.value.changed == "no"
    assert "sha-363ea61" in await ops.read(head, STAGING)
    repo.bring_back()
    assert (await deploy(ops, "sha-1234567")).changed


async def test_what_we_pushed_is_known_while_the_remote_is_gone(
    repo: SeededRepo, ops: GitOps
) -> None:
    result = await deploy(ops, "sha-1234567")
    repo.take_away()
    with pytest.raises(Unreachable):
        await ops.fetch()
    assert await ops.head() == result.sha
    assert "sha-1234567" in await ops.read("main", STAGING)


async def test_a_remote_that_hangs_does_not_hold_us(repo: SeededRepo) -> None:
    ops = gitops(repo, timeout=0.5)
    await ops.fetch()
    repo.slow_pushes(30, times=100)
    began = time.monotonic()
    with pytest.raises(Unreachable, match=r"push did not end within 0\.5 s") as error:
        await deploy(ops, "sha-1234567")
    assert error.value.changed == "unknown"
    assert time.monotonic() - began < 15


# -- we are killed ---------------------------------------------------------------------------------


async def test_a_cancelled_push_leaves_no_process(repo: SeededRepo, ops: GitOps) -> None:
    await ops.fetch()
    repo.slow_pushes(30)
    pushing = asyncio.create_task(deploy(ops, "sha-1234567"))
    await until(lambda: (repo.path / "sandbox/slow").read_text() == "0\n")
    running = processes_with(str(repo.path))
    assert len(running) >= 2
    pushing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pushing
    await until(lambda: all(is_gone(pid) for pid in running))
    repo.accept_pushes()
    assert (await deploy(ops, "sha-1234567")).changed


async def test_a_killed_push_that_arrives_late_is_not_doubled(
    repo: SeededRepo, ops: GitOps
) -> None:
    """The bot dies; its git lives on for a moment; the next bot must meet that commit."""
    base = await ops.fetch()
    repo.slow_pushes(0.5)
    dead = asyncio.create_task(deploy(ops, "sha-1234567"))
    await until(lambda: processes_with(str(repo.path.parent), "receive-pack"))
    next_life = asyncio.create_task(deploy(gitops(repo), "sha-1234567", since=base))
    first, second = await dead, await next_life
    assert first.sha == second.sha
    assert commits_of(repo, "d-1") == [first.sha]


async def until(look: Callable[[], T]) -> T:
    """What `look` finds, once it does: processes of others tell nobody when they come and go."""
    async with asyncio.timeout(10):
        while not (found := look()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return found


def processes_with(*words: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if all(word in line for word in words):
                found.append(int(entry.name))
    return found


def is_gone(pid: int) -> bool:
    try:
        return ") Z" in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
