"""A commit never changes: what was read or written of it once is not asked of git again."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.gitrepo import SeededRepo
from integrations.errors import NotFound
from integrations.gitops import GitOps
from integrations.kustomization import images, set_tags
from tests.integrations.gitops_kit import STAGING, deploy, git, gitops, seeded


@pytest.fixture
def repo(tmp_path: Path) -> SeededRepo:
    return seeded(tmp_path)


@pytest.fixture
def ops(repo: SeededRepo) -> GitOps:
    return gitops(repo)


async def edited(repo: SeededRepo, tag: str) -> dict[str, str]:
    text = await repo.text(STAGING)
    return {STAGING: set_tags(text, dict.fromkeys(images(text), tag))}


async def test_the_files_of_a_commit_are_read_once(repo: SeededRepo, ops: GitOps) -> None:
    old, text = await ops.fetch(), await repo.text(STAGING)
    assert await ops.read(old, STAGING) == text
    started = ops.processes
    assert await ops.read(old, STAGING) == text
    assert await ops.read_many(old, [STAGING]) == {STAGING: text}
    assert ops.processes == started

    await repo.commit_near("staging")
    new = await ops.fetch()
    assert await ops.read(new, STAGING) == await repo.text(STAGING) != text
    assert await ops.read(old, STAGING) == text


async def test_a_file_that_was_not_there_is_looked_for_again_and_never_made_up(
    repo: SeededRepo, ops: GitOps
) -> None:
    old = await ops.fetch()
    for _ in range(2):
        with pytest.raises(NotFound, match=r"new\.yaml does not exist"):
            await ops.read(old, "new.yaml")
    await repo.write({"new.yaml": "a: 1\n"}, "Add a file")
    assert await ops.read(await ops.fetch(), "new.yaml") == "a: 1\n"
    assert await ops.read_many(old, [STAGING, "new.yaml"]) == {STAGING: await repo.text(STAGING)}


async def test_what_came_between_two_commits_is_asked_once(repo: SeededRepo, ops: GitOps) -> None:
    base = await ops.fetch()
    await repo.commit_near("staging")
    head = await ops.fetch()
    found = await ops.riding(base, head)
    started = ops.processes
    assert await ops.riding(base, head) == found != ()
    assert ops.processes == started
    assert await ops.riding(base, head, [STAGING]) == found
    assert await ops.riding(base, head, ["README.md"]) == ()


async def test_only_the_newest_histories_are_remembered_for_each_may_be_long(
    repo: SeededRepo, ops: GitOps
) -> None:
    base = await ops.fetch()
    await repo.commit_near("staging")
    head = await ops.fetch()
    found = await ops.riding(base, head)
    for limit in range(200, 220):
        assert await ops.riding(base, head, limit=limit) == found
    started = ops.processes
    assert await ops.riding(base, head, limit=219) == found
    assert ops.processes == started
    assert await ops.riding(base, head) == found
    assert ops.processes == started + 1


async def test_a_tree_that_was_previewed_is_committed_and_not_written_again(
    repo: SeededRepo, ops: GitOps
) -> None:
    base = await ops.fetch()
    await ops.previews.push("d-1", await edited(repo, "sha-1234567"), base=base)
    started = ops.processes
    made = await deploy(ops, "sha-1234567", since=base)
    assert ops.processes - started == 2  # commit-tree and push
    assert set((await repo.tags("staging", made.sha)).values()) == {"sha-1234567"}
    assert await repo.changed_files(made.sha) == [STAGING]


async def test_a_tree_that_was_lost_meanwhile_is_written_again(
    repo: SeededRepo, ops: GitOps
) -> None:
    base = await ops.fetch()
    sha = await ops.previews.push("d-1", await edited(repo, "sha-1234567"), base=base)
    clone = repo.path.parent / "clone"
    tree = git(clone, "rev-parse", f"{sha}^{{tree}}")
    (clone / "objects" / tree[:2] / tree[2:]).unlink()
    made = await deploy(ops, "sha-1234567", since=base)
    assert await repo.head() == made.sha
    assert set((await repo.tags("staging")).values()) == {"sha-1234567"}


async def test_a_commit_just_made_is_in_nothing_that_was_there_before(
    repo: SeededRepo, ops: GitOps
) -> None:
    base = await ops.fetch()
    made = await deploy(ops, "sha-1234567", since=base)
    started = ops.processes
    assert not await ops.contains(made.sha, base)
    assert ops.processes == started

    theirs = await repo.commit_beside()
    assert await ops.contains(made.sha, theirs)
    assert await ops.contains(made.sha, made.sha)
    assert await ops.contains(base, made.sha)
    anew = gitops(repo)  # the next life of the bot knows only the clone
    assert not await anew.contains(made.sha, base)
    assert await anew.contains(made.sha, made.sha)
