"""The GitOps repository is read at any revision, and changed by one commit at a time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.sandbox.gitrepo import SeededRepo
from integrations.clock import SystemClock
from integrations.errors import NotFound, Rejected
from integrations.gitops import CommitResult, GitOps
from integrations.groups import TaskGroup
from tests.integrations.gitops_kit import STAGING, TRAILERS, deploy, git, gitops, seeded, tagged


@pytest.fixture
def repo(tmp_path: Path) -> SeededRepo:
    return seeded(tmp_path)


@pytest.fixture
def ops(repo: SeededRepo) -> GitOps:
    return gitops(repo)


async def test_a_deployment_is_one_commit_on_the_remote(repo: SeededRepo, ops: GitOps) -> None:
    before = await ops.fetch()
    text = await repo.text(STAGING)
    result = await deploy(ops, "sha-1234567")

    assert result == CommitResult(sha=await repo.head(), base=before, changed=True)
    assert await repo.text(STAGING) == text.replace("sha-363ea61", "sha-1234567")
    assert await repo.changed_files(result.sha) == [STAGING]
    (commit,) = await repo.log(since=before)
    assert (commit.author, commit.email) == ("shipmate", "shipmate@localhost")
    assert commit.title == "Deploy sha-1234567"
    assert commit.trailers == TRAILERS


async def test_the_author_comes_from_the_settings_and_may_be_another(repo: SeededRepo) -> None:
    ops = gitops(repo, author="Ship Mate <ship@linkapp.com>")
    await deploy(ops, "sha-1111111")
    assert git(repo.path, "log", "-1", "--format=%an %ae %cn %ce") == (
        "Ship Mate ship@linkapp.com Ship Mate ship@linkapp.com"
    )
    await deploy(ops, "sha-2222222", "d-2", author="Dana Ő'Neil <dana@linkapp.com>")
    assert git(repo.path, "log", "-1", "--format=%an %ae %cn") == (
        "Dana Ő'Neil dana@linkapp.com Ship Mate"
    )


async def test_the_commit_is_dated_by_the_clock(repo: SeededRepo, ops: GitOps) -> None:
    before = repo.clock.now()
    await deploy(ops, "sha-1234567")
    (commit,) = await repo.log(limit=1)
    assert before.replace(microsecond=0) <= commit.at <= repo.clock.now()


async def test_tags_as_asked_are_no_commit(repo: SeededRepo, ops: GitOps) -> None:
    head = await repo.head()
    assert await deploy(ops, "sha-363ea61") == CommitResult(head, head, changed=False)
    assert await repo.head() == head


async def test_modes_and_neighbours_of_a_file_stay(repo: SeededRepo, ops: GitOps) -> None:
    before = git(repo.path, "ls-tree", "-r", "main")
    await deploy(ops, "sha-1234567")
    after = git(repo.path, "ls-tree", "-r", "main")
    changed = set(before.splitlines()) ^ set(after.splitlines())
    assert {row.split("\t")[1] for row in changed} == {STAGING}
    assert {row.split(" ")[0] for row in changed} == {"100644"}


async def test_several_files_are_one_commit(repo: SeededRepo, ops: GitOps) -> None:
    paths = [STAGING, "environments/dev/kustomization.yaml"]
    result = await ops.commit("main", tagged("sha-1234567"), paths, "Deploy", TRAILERS)
    assert await repo.changed_files(result.sha) == sorted(paths)


async def test_an_edit_never_reaches_outside_its_files(repo: SeededRepo, ops: GitOps) -> None:
    head = await repo.head()
    with pytest.raises(ValueError, match=r"outside its files: README\.md"):
        await ops.commit("", lambda _: {"README.md": "mine"}, [STAGING], "Deploy", TRAILERS)
    for path in ("../config", "/etc/passwd", "a/../b", ".git/config", "a//b", "", "a\nb"):
        with pytest.raises(ValueError, match="not a path"):
            await ops.commit("", tagged("sha-1234567"), [path], "Deploy", TRAILERS)
    assert await repo.head() == head


async def test_what_the_edit_raises_is_passed_on_and_nothing_is_written(
    repo: SeededRepo, ops: GitOps
) -> None:
    def superseded(_: object) -> dict[str, str]:
        raise LookupError("somebody changed our tags")

    head = await repo.head()
    with pytest.raises(LookupError):
        await ops.commit("", superseded, [STAGING], "Deploy", TRAILERS)
    assert await repo.head() == head


async def test_a_missing_file_or_branch_is_named(ops: GitOps) -> None:
    with pytest.raises(NotFound, match=r"environments/qa/k\.yaml does not exist in main"):
        await ops.commit("", tagged("x"), ["environments/qa/k.yaml"], "Deploy", TRAILERS)
    with pytest.raises(NotFound, match=r"no branch release"):
        await ops.fetch("release")
    with pytest.raises(NotFound, match=r"no branch release"):
        await ops.commit("release", tagged("x"), [STAGING], "Deploy", TRAILERS)


async def test_a_symbolic_link_is_not_followed(repo: SeededRepo, ops: GitOps) -> None:
    stream = (
        "commit refs/heads/main\ncommitter J <j@linkapp.com> now\ndata 4\nLink\n"
        "from refs/heads/main^0\nM 120000 inline link.yaml\ndata 11\n/etc/passwd\n"
    )
    git(repo.path, "fast-import", "--quiet", "--date-format=now", stdin=stream)
    for path in ("link.yaml", "base"):
        with pytest.raises(Rejected, match=f"{path} is not a plain file"):
            await ops.read("main", path)
        with pytest.raises(Rejected, match=f"{path} is not a plain file"):
            await ops.commit("", tagged("x"), [path], "Deploy", TRAILERS)


async def test_what_is_no_text_is_refused(repo: SeededRepo, ops: GitOps) -> None:
    (blob,) = git(repo.path, "hash-object", "-w", "--stdin", stdin="x").splitlines()
    stream = (
        "commit refs/heads/main\ncommitter J <j@linkapp.com> now\ndata 4\nLink\n"
        f"from refs/heads/main^0\nM 100644 {blob} text.bin\nM 100644 inline bytes.bin\ndata 2\n"
    ).encode() + b"\xff\xfe\n"
    git(repo.path, "fast-import", "--quiet", "--date-format=now", stdin=stream)
    assert await ops.read("main", "text.bin") == "x"
    with pytest.raises(Rejected, match=r"bytes\.bin is not UTF-8 text"):
        await ops.read("main", "bytes.bin")


async def test_words_of_people_cannot_forge_a_trailer(repo: SeededRepo, ops: GitOps) -> None:
    reason = "because\n\nDeploy-Id: d-other\nApproved-by: everybody"
    trailers = {"Deploy-Id": "d-1", "Requested-by": "Dana\nApproved-by: Amir"}
    result = await ops.commit("", tagged("sha-1234567"), [STAGING], reason, trailers)
    (commit,) = await repo.log(limit=1)
    assert commit.trailers == {
        "Deploy-Id": "d-1",
        "Requested-by": "Dana Approved-by: Amir",
    }
    assert await ops.find("d-other") is None
    assert await ops.find("d-1") == result.sha


async def test_a_commit_is_found_by_its_trailer(repo: SeededRepo, ops: GitOps) -> None:
    base = await repo.head()
    first = await deploy(ops, "sha-1111111", "d-1")
    second = await deploy(ops, "sha-2222222", "d-11")
    await repo.commit_beside("Mention d-1 in passing")
    assert await ops.find("d-1", since=base) == first.sha
    assert await ops.find("d-11", since=base) == second.sha
    assert await ops.find("d-1", since=first.sha) is None
    assert await ops.find("d-1", since="0" * 40) == first.sha
    assert await ops.find("d-", since=base) is None
    assert await ops.find("Dana Developer", since=base, key="Requested-by") == second.sha


async def test_history_is_read_at_any_revision(repo: SeededRepo, ops: GitOps) -> None:
    base = await ops.fetch()
    result = await deploy(ops, "sha-1234567")
    beside = await repo.commit_beside()
    assert await ops.head() == result.sha
    assert await ops.contains(result.sha, beside)
    assert await ops.contains(beside, beside)
    assert not await ops.contains(beside, result.sha)
    assert not await ops.contains("0" * 40, beside)
    assert await ops.holds(result.sha)
    assert not await ops.holds("0" * 40)
    assert not await ops.holds("1.2.3")
    assert "sha-363ea61" in await ops.read(base, STAGING)
    assert "sha-1234567" in await ops.read(beside[:10], STAGING)
    diff = await ops.diff(base, "main", [STAGING])
    assert diff.count("\n-    newTag: sha-363ea61") == 7
    assert diff.count("\n+    newTag: sha-1234567") == 7
    assert await ops.diff(base, result.sha, ["README.md"]) == ""
    (commit,) = await ops.log(f"{base}..{result.sha}", [STAGING])
    assert commit.sha == result.sha
    assert [commit.sha for commit in await ops.log("main", limit=1)] == [beside]


async def test_several_files_are_read_at_once(ops: GitOps) -> None:
    paths = [f"environments/{name}/kustomization.yaml" for name in ("dev", "staging", "nowhere")]
    found = await ops.read_many("main", paths)
    assert sorted(found) == sorted(paths[:2])
    with pytest.raises(NotFound, match=r"nowhere/kustomization\.yaml does not exist at"):
        await ops.read("main", paths[2])


@pytest.mark.parametrize("revision", ["--output=/tmp/x", "main..dev", "a b", "", "HEAD@{1}"])
async def test_a_revision_is_never_an_option_or_a_range(ops: GitOps, revision: str) -> None:
    with pytest.raises(ValueError, match="not a commit or a branch"):
        await ops.read(revision, STAGING)


async def test_an_unknown_revision_is_named(ops: GitOps) -> None:
    with pytest.raises(NotFound, match="abcdef1234 is not in the repository"):
        await ops.read("abcdef1234", STAGING)


async def test_the_head_is_asked_without_a_clone(repo: SeededRepo, ops: GitOps) -> None:
    assert await ops.probe() == await repo.head()
    assert not (repo.path.parent / "clone").exists()
    with pytest.raises(NotFound, match="no branch nowhere"):
        await gitops(repo, branch="nowhere").probe()


async def test_those_who_ask_together_share_one_fetch(repo: SeededRepo, ops: GitOps) -> None:
    await ops.fetch()
    started = ops.processes
    head = await repo.commit_beside()
    async with TaskGroup() as group:
        looks = [group.create_task(ops.fetch(), name=f"look {n}") for n in range(20)]
    assert {look.result() for look in looks} == {head}
    assert ops.processes - started <= 2


async def test_a_commit_takes_few_processes(ops: GitOps) -> None:
    await ops.fetch()
    started = ops.processes
    await deploy(ops, "sha-1234567")
    assert ops.processes - started <= 9


async def test_a_commit_on_the_head_just_seen_looks_again_only_where_it_moved(
    repo: SeededRepo, ops: GitOps
) -> None:
    seen = await ops.fetch()
    before = ops.processes
    first = await deploy(ops, "sha-1234567", since=seen)
    assert first.base == seen
    without_a_look = ops.processes - before

    theirs = await repo.commit_beside()
    before = ops.processes
    second = await deploy(ops, "sha-7654321", "d-2", since=first.sha)
    assert second.base == theirs
    assert ops.processes - before > without_a_look


async def test_ten_deployments_at_once_all_arrive(repo: SeededRepo, ops: GitOps) -> None:
    base = await repo.head()
    async with TaskGroup() as group:
        for number in range(10):
            group.create_task(deploy(ops, f"sha-{number:07}", f"d-{number}"), name=f"d {number}")
    found = [commit.trailers["Deploy-Id"] for commit in await repo.log(since=base)]
    assert sorted(found) == sorted(f"d-{number}" for number in range(10))


async def test_the_loop_stays_free_while_git_works(repo: SeededRepo, ops: GitOps) -> None:
    repo.slow_pushes(0.3)
    beats = 0

    async def heart() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    async with TaskGroup() as group:
        beating = group.create_task(heart(), name="heart")
        await deploy(ops, "sha-1234567")
        beating.cancel()
    assert beats > 10


@pytest.mark.parametrize("remote", ["", "--upload-pack=touch /tmp/x"])
def test_a_remote_is_never_an_option(tmp_path: Path, remote: str) -> None:
    with pytest.raises(ValueError, match="URL or a path"):
        GitOps(remote, tmp_path / "clone", clock=SystemClock())


@pytest.mark.parametrize("author", ["", "nobody", "a <>", "<a@b>", "a <a b>", "a <a@b>\nx"])
def test_an_author_is_checked_at_once(tmp_path: Path, author: str) -> None:
    with pytest.raises(ValueError, match="not an author"):
        GitOps("/nowhere", tmp_path / "clone", author=author, clock=SystemClock())
