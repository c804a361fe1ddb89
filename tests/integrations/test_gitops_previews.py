"""Previews are commits that no branch holds, and history says who rides along."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.gitrepo import SeededRepo, kustomization_path
from integrations.errors import NotFound, Rejected, UpstreamError
from integrations.gitops import GitOps
from integrations.kustomization import images, set_tags
from tests.integrations.gitops_kit import STAGING, deploy, git, gitops, seeded

PRODUCTION = kustomization_path("production")


@pytest.fixture
def repo(tmp_path: Path) -> SeededRepo:
    return seeded(tmp_path)


@pytest.fixture
def ops(repo: SeededRepo) -> GitOps:
    return gitops(repo)


async def edited(repo: SeededRepo, tag: str = "sha-1234567") -> dict[str, str]:
    text = await repo.text(STAGING)
    return {STAGING: set_tags(text, dict.fromkeys(images(text), tag))}


def refs(repo: SeededRepo) -> list[str]:
    return git(repo.path, "for-each-ref", "--format=%(refname)", "refs/shipmate").splitlines()


# -- previews --------------------------------------------------------------------------------------


async def test_a_preview_is_a_commit_that_no_branch_holds(repo: SeededRepo, ops: GitOps) -> None:
    before = await repo.head()
    sha = await ops.previews.push("d-1", await edited(repo))
    assert await repo.head() == before
    assert refs(repo) == ["refs/shipmate/preview/d-1"]
    assert git(repo.path, "rev-parse", "refs/shipmate/preview/d-1") == sha
    assert git(repo.path, "rev-parse", f"{sha}^") == before
    assert await repo.changed_files(sha) == [STAGING]
    assert set((await repo.tags("staging", sha)).values()) == {"sha-1234567"}
    assert git(repo.path, "branch", "--contains", sha) == ""
    await ops.previews.remove("d-1")
    assert refs(repo) == []


async def test_a_preview_on_an_older_commit_leaves_out_what_came_later(
    repo: SeededRepo, ops: GitOps
) -> None:
    base, texts = await repo.head(), await edited(repo)
    await repo.commit_near("staging")
    sha = await ops.previews.push("d-1", texts, base=base)
    assert git(repo.path, "rev-parse", f"{sha}^") == base


async def test_what_a_killed_bot_left_is_found_and_removed(repo: SeededRepo, ops: GitOps) -> None:
    await ops.previews.push("d-1", await edited(repo))
    await ops.previews.push("d-2", await edited(repo, "sha-7654321"))
    later = gitops(repo)
    assert set(await later.previews.left()) == {"d-1", "d-2"}
    await later.previews.remove(*await later.previews.left())
    assert await later.previews.left() == ()
    await later.previews.remove("d-1")  # gone already


async def test_a_second_preview_of_one_id_takes_its_place(repo: SeededRepo, ops: GitOps) -> None:
    await ops.previews.push("d-1", await edited(repo))
    sha = await ops.previews.push("d-1", await edited(repo, "sha-7654321"))
    assert git(repo.path, "rev-parse", "refs/shipmate/preview/d-1") == sha
    assert refs(repo) == ["refs/shipmate/preview/d-1"]


async def test_a_commit_of_a_deployment_is_never_mistaken_for_its_preview(
    repo: SeededRepo, ops: GitOps
) -> None:
    since = await repo.head()
    await ops.previews.push("d-1", await edited(repo))
    assert await ops.find("d-1", since=since) is None
    result = await deploy(ops, "sha-1234567", since=since)
    assert result.changed
    assert await repo.head() == result.sha


@pytest.mark.parametrize("name", ["../main", "a/b", "-x", "", "a..b", "x.lock", "x."])
async def test_an_id_can_name_nothing_but_a_preview(
    repo: SeededRepo, ops: GitOps, name: str
) -> None:
    with pytest.raises(ValueError, match=r"preview|commit"):
        await ops.previews.push(name, await edited(repo))
    assert refs(repo) == []


async def test_a_remote_that_refuses_or_is_gone_says_so(repo: SeededRepo, ops: GitOps) -> None:
    texts = await edited(repo)
    repo.reject_pushes(message="Only branches may be pushed here.")
    with pytest.raises(Rejected, match="Only branches may be pushed here"):
        await ops.previews.push("d-1", texts)
    repo.accept_pushes()
    with pytest.raises(NotFound, match="nowhere"):
        await ops.previews.push("d-1", {"nowhere.yaml": ""})
    repo.take_away()
    with pytest.raises(UpstreamError):
        await ops.previews.push("d-1", texts)
    with pytest.raises(UpstreamError):
        await ops.previews.left()


# -- history ---------------------------------------------------------------------------------------


async def test_who_rides_along_and_with_which_files(repo: SeededRepo, ops: GitOps) -> None:
    base = await repo.head()
    await repo.commit_beside("Note the rota")
    near = await repo.commit_near("production", "Say who is on call")
    await repo.write({"base/user-svc.yaml": "a: 1\n", "base/chat-svc.yaml": "a: 1\n"}, "Tune both")
    await ops.fetch()
    found = await ops.riding(base)
    assert [commit.title for commit in found] == [
        "Tune both",
        "Say who is on call",
        "Note the rota",
    ]
    assert found[0].files == ("base/chat-svc.yaml", "base/user-svc.yaml")
    assert (found[1].author, found[1].email) == ("Jonas Weber", "jonas-weber@linkapp.com")
    (only,) = await ops.riding(base, paths=["environments/production"])
    assert (only.sha, only.files) == (near, (PRODUCTION,))
    assert await ops.riding(await repo.head()) == ()
    assert [commit.title for commit in await ops.riding(base, limit=1)] == ["Tune both"]


async def test_awkward_commits_ride_along_too(repo: SeededRepo, ops: GitOps) -> None:
    base = await repo.head()
    empty = git(repo.path, "commit-tree", f"{base}^{{tree}}", "-p", base, stdin="Say nothing\n")
    git(repo.path, "update-ref", "refs/heads/main", empty)
    name = "a" * 40
    await repo.write({name: "x\n", "with space ä.yaml": "x\n"}, "Odd\x01 names")
    await ops.fetch()
    odd, nothing = await ops.riding(base)
    assert (nothing.title, nothing.files) == ("Say nothing", ())
    assert odd.files == (name, "with space ä.yaml")
    with pytest.raises(NotFound):
        await ops.riding("b" * 40)
    with pytest.raises(ValueError, match="path"):
        await ops.riding(base, paths=["../x"])


async def test_a_file_s_versions_with_their_commits(repo: SeededRepo, ops: GitOps) -> None:
    await repo.commit_inside("production", "user-svc", "v20260101-1234567")
    await ops.fetch()
    newest, before = await ops.versions(PRODUCTION, limit=2)
    assert newest.text is not None
    assert before.text is not None
    assert newest.commit.title == "Set user-svc to v20260101-1234567 in production"
    changed = {
        name.rpartition("/")[2]
        for name, line in images(newest.text).items()
        if images(before.text)[name] != line
    }
    assert changed == {"user-svc"}
    assert await ops.versions("no/such/file") == ()
