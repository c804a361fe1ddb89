"""The sandbox's GitOps repository is a real one, with the platform's files and a fitting past."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from bot.sandbox.github import SandboxGitHub, link_history
from bot.sandbox.gitrepo import SERVICES, SeededRepo, kustomization_path, seed
from integrations.clock import FastClock
from integrations.kustomization import images


@pytest.fixture
def repo(tmp_path: Path) -> SeededRepo:
    return seed(tmp_path / "gitops.git", FastClock(50.0))


async def test_each_environment_holds_all_images_at_one_tag(repo: SeededRepo) -> None:
    formats = {"dev": r"sha-[0-9a-f]{7}", "staging": r"sha-[0-9a-f]{7}"}
    for environment in ("dev", "staging", "production"):
        tags = await repo.tags(environment)
        assert tuple(tags) == SERVICES
        assert len(set(tags.values())) == 1
        pattern = formats.get(environment, r"v[0-9]{8}-[0-9a-f]{7}")
        assert all(re.fullmatch(pattern, tag) for tag in tags.values())
        listed = images(await repo.text(kustomization_path(environment)))
        assert all(name.startswith("ghcr.io/link/") for name in listed)


async def test_every_tag_was_built_green_and_the_newest_runs_nowhere_yet(repo: SeededRepo) -> None:
    github = SandboxGitHub(repo.clock)
    green = {run.sha[:7] for run in github.runs.newest(status="success")}
    running = {
        tag.rpartition("-")[2]
        for environment in ("dev", "staging", "production")
        for tag in (await repo.tags(environment)).values()
    }
    assert running <= green
    assert github.newest().short not in running


async def test_staging_is_a_few_commits_behind(repo: SeededRepo) -> None:
    history = link_history(repo.clock.now())
    short = (await repo.tags("staging"))["ai-svc"].removeprefix("sha-")
    running = history.find(short)
    assert running is not None
    assert len(history.ancestors(history.branches["develop"]) - history.ancestors(running.sha)) == 6


async def test_the_past_is_in_order_and_by_people(repo: SeededRepo) -> None:
    commits = await repo.log()
    assert len(commits) > 20
    assert len({commit.author for commit in commits}) >= 4
    assert [commit.at for commit in commits] == sorted((c.at for c in commits), reverse=True)
    assert commits[0].at < repo.clock.now()


def test_git_finds_nothing_wrong_with_it(repo: SeededRepo) -> None:
    command = ["git", f"--git-dir={repo.path}", "fsck", "--strict"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


async def test_others_commit_beside_and_inside(repo: SeededRepo) -> None:
    before = await repo.head()
    beside = await repo.commit_beside()
    inside = await repo.commit_inside("staging", "ai-svc", "sha-1234567")
    assert await repo.changed_files(beside) == ["README.md"]
    assert await repo.changed_files(inside) == [kustomization_path("staging")]
    assert (await repo.tags("staging"))["ai-svc"] == "sha-1234567"
    assert [commit.sha for commit in await repo.log(since=before)] == [inside, beside]


async def test_it_can_be_taken_away_and_brought_back(repo: SeededRepo) -> None:
    head = await repo.head()
    repo.take_away()
    repo.take_away()
    assert not repo.path.exists()
    repo.bring_back()
    repo.bring_back()
    assert await repo.head() == head


async def test_more_environments_can_be_had(tmp_path: Path) -> None:
    names = [f"team-{number}" for number in range(20)]
    repo = seed(tmp_path / "many.git", FastClock(50.0), names)
    for name in names:
        assert len(await repo.tags(name)) == len(SERVICES)
