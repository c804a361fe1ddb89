"""The clone is only a copy: locked, damaged or in the way, it is mended and nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.sandbox.gitrepo import SeededRepo
from integrations.errors import UpstreamError
from integrations.gitops import GitOps
from tests.integrations.gitops_kit import STAGING, commits_of, deploy, git, gitops, seeded


@pytest.fixture
def repo(tmp_path: Path) -> SeededRepo:
    return seeded(tmp_path)


@pytest.fixture
def ops(repo: SeededRepo) -> GitOps:
    return gitops(repo)


@pytest.fixture
def clone(repo: SeededRepo) -> Path:
    return repo.path.parent / "clone"


LOCKS = ["refs/remotes/origin/main.lock", "packed-refs.lock", "index.lock", "config.lock"]


@pytest.mark.parametrize("lock", LOCKS)
async def test_a_lock_that_a_dead_process_left_is_removed(
    repo: SeededRepo, ops: GitOps, clone: Path, lock: str
) -> None:
    await ops.fetch()
    (clone / lock).touch()
    await repo.commit_beside()
    assert (await deploy(gitops(repo), "sha-1234567")).changed


async def test_leftovers_of_a_killed_process_are_swept(
    ops: GitOps, repo: SeededRepo, clone: Path
) -> None:
    await ops.fetch()
    leftovers = ["shipmate-index-1", "shipmate-index-1.lock", "objects/pack/tmp_pack_1"]
    for name in leftovers:
        (clone / name).write_text("half")
    await gitops(repo).fetch()
    assert [name for name in leftovers if (clone / name).exists()] == []
    await deploy(ops, "sha-1234567")
    assert list(clone.glob("shipmate-index*")) == []


def cut(path: Path, size: int) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:size])


def damage_clone(clone: Path, damage: str) -> None:
    match damage:
        case "HEAD is gone":
            (clone / "HEAD").unlink()
        case "all objects are gone":
            shutil.rmtree(clone / "objects")
        case "packs are gone":
            shutil.rmtree(clone / "objects/pack")
        case "it is a file":
            shutil.rmtree(clone)
            clone.write_text("?")
        case "it is empty":
            shutil.rmtree(clone)
            clone.mkdir()
        case _:
            spoil(clone, damage)


def spoil(clone: Path, damage: str) -> None:
    match damage:
        case "HEAD is empty":
            (clone / "HEAD").write_text("")
        case "the configuration is half":
            (clone / "config").write_text("[core")
        case "the refs are rubbish":
            (clone / "refs/remotes/origin").mkdir(parents=True, exist_ok=True)
            (clone / "refs/remotes/origin/main").write_text("zzz")
        case "objects are empty":
            for path in clone.glob("objects/??/*"):
                cut(path, 0)
        case "packs are cut":
            for path in clone.glob("objects/pack/*"):
                cut(path, 40)


DAMAGE = (
    "HEAD is gone",
    "HEAD is empty",
    "the configuration is half",
    "all objects are gone",
    "packs are gone",
    "the refs are rubbish",
    "it is a file",
    "it is empty",
    "objects are empty",
    "packs are cut",
)


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("when", ["before the start", "while running"])
async def test_a_damaged_clone_is_made_anew(
    repo: SeededRepo, ops: GitOps, clone: Path, damage: str, when: str
) -> None:
    base = await ops.fetch()
    if when == "before the start":  # with packs, as after a long life; else with loose objects
        git(clone, "gc", "--quiet")
    damage_clone(clone, damage)
    ops = ops if when == "while running" else gitops(repo)
    result = await deploy(ops, "sha-1234567", since=base)
    assert commits_of(repo, "d-1") == [result.sha]
    assert "sha-363ea61" in await ops.read(base, STAGING)
    assert await ops.contains(base, result.sha)


async def test_a_damaged_clone_is_noticed_when_reading(ops: GitOps, clone: Path) -> None:
    base = await ops.fetch()
    await ops.read(base, STAGING)
    shutil.rmtree(clone / "objects")
    (clone / "objects").mkdir()
    assert "sha-363ea61" in await ops.read(base, STAGING)


async def test_a_folder_of_somebody_else_is_set_aside_and_not_deleted(
    repo: SeededRepo, ops: GitOps, clone: Path
) -> None:
    clone.mkdir()
    (clone / "thesis.txt").write_text("years of work")
    await ops.fetch()
    assert (clone.with_name("clone.broken") / "thesis.txt").read_text() == "years of work"


async def test_a_half_made_clone_is_never_found(repo: SeededRepo, ops: GitOps, clone: Path) -> None:
    half = clone.with_name("clone.new")
    half.mkdir()
    (half / "HEAD").write_text("ref: ")
    assert await ops.fetch() == await repo.head()
    assert not half.exists()


async def test_without_git_the_answer_is_clear(
    repo: SeededRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UpstreamError, match="git is not installed"):
        await gitops(repo).fetch()
