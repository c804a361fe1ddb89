"""One git for many questions: it knows what was pushed since, and may be killed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.sandbox.gitrepo.objects import Objects
from tests.bot.sandbox.argocd.small_gitops import SmallGitOps, small_gitops

FILE = "environments/staging/kustomization.yaml"


@pytest.fixture
def gitops(tmp_path: Path) -> SmallGitOps:
    return small_gitops(tmp_path)


def test_it_sees_what_was_pushed_meanwhile(gitops: SmallGitOps) -> None:
    objects = Objects(gitops.path)
    before = objects.read("main^{commit}")

    pushed = gitops.deploy("staging", "sha-abcdef1")

    after = objects.read("main^{commit}")
    assert before is not None
    assert after is not None
    assert before[0] != after[0] == pushed
    short = objects.read(f"{pushed[:8]}:{FILE}")
    assert short is not None
    assert b"newTag: sha-abcdef1" in short[1]


def test_what_is_not_there_is_none(gitops: SmallGitOps) -> None:
    objects = Objects(gitops.path)

    assert objects.read("nowhere^{commit}") is None
    assert objects.read(f"main:no such {FILE}") is None
    assert objects.read("main\nmain") is None
    assert objects.read("main^{commit}") is not None


def test_a_killed_git_is_started_again(gitops: SmallGitOps) -> None:
    objects = Objects(gitops.path)
    before = objects.read("main^{commit}")
    assert objects._git is not None
    objects._git.kill()

    assert objects.read("main^{commit}") == before


def test_a_git_that_ends_in_the_midst_of_an_answer_is_started_again(
    gitops: SmallGitOps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands first on PATH says half a blob, once, and is git from then on."""
    dying = tmp_path / "bin" / "git"
    dying.parent.mkdir()
    half = f"rm '{dying}'; read asked; printf '{'1' * 40} blob 4000\\nhalf of it'"
    dying.write_text(f"#!/bin/sh\n{half}\n")
    dying.chmod(0o755)
    whole = Objects(gitops.path).read(f"main:{FILE}")
    monkeypatch.setenv("PATH", str(dying.parent), prepend=os.pathsep)

    assert Objects(gitops.path).read(f"main:{FILE}") == whole


def test_it_reads_its_own_repository_wherever_it_is_started(
    gitops: SmallGitOps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hook of git, which runs the tests, has another repository in its variables."""
    monkeypatch.setenv("GIT_DIR", str(tmp_path))

    assert Objects(gitops.path).read("main^{commit}") is not None


def test_the_git_of_before_is_let_go(gitops: SmallGitOps) -> None:
    objects = Objects(gitops.path)
    assert objects.read("main^{commit}") is not None
    before = objects._git
    away = gitops.path.rename(gitops.path.with_name("away.git"))
    assert objects.read("main^{commit}") is None
    away.rename(gitops.path)
    assert objects.read("main^{commit}") is not None

    assert before is not None
    assert before.returncode == 0


def test_a_repository_that_is_taken_away_is_not_read_from_memory(gitops: SmallGitOps) -> None:
    objects = Objects(gitops.path)
    there = objects.read("main^{commit}")
    away = gitops.path.rename(gitops.path.with_name("away.git"))
    assert objects.read("main^{commit}") is None

    away.rename(gitops.path)
    assert objects.read("main^{commit}") == there
