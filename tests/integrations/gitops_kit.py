"""A seeded GitOps repository and the bot's view of it, for the tests of both."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from bot.sandbox.gitrepo import SeededRepo, kustomization_path, seed
from integrations.clock import FastClock
from integrations.gitops import CommitResult, Edit, GitOps
from integrations.kustomization import images, set_tags

STAGING = kustomization_path("staging")
PRODUCTION = kustomization_path("production")
TRAILERS = {"Deploy-Id": "d-1", "Requested-by": "Dana Developer"}


def seeded(folder: Path) -> SeededRepo:
    return seed(folder / "gitops.git", FastClock(50.0))


def gitops(
    repo: SeededRepo,
    *,
    branch: str = "main",
    author: str = "shipmate <shipmate@localhost>",
    timeout: float = 20.0,
) -> GitOps:
    clone = repo.path.parent / "clone"
    return GitOps(
        str(repo.path), clone, branch=branch, author=author, clock=repo.clock, timeout=timeout
    )


def tagged(tag: str) -> Edit:
    """An edit that sets every tag of the file."""

    def edit(texts: Mapping[str, str]) -> Mapping[str, str]:
        return {
            path: set_tags(text, dict.fromkeys(images(text), tag)) for path, text in texts.items()
        }

    return edit


async def deploy(
    ops: GitOps, tag: str, deploy_id: str = "d-1", *, since: str = "", author: str = ""
) -> CommitResult:
    trailers = {**TRAILERS, "Deploy-Id": deploy_id}
    title = f"Deploy {tag}"
    return await ops.commit("", tagged(tag), [STAGING], title, trailers, since=since, author=author)


def git(repository: Path, *arguments: str, stdin: str | bytes = b"") -> str:
    somebody = ("-c", "user.name=Dana", "-c", "user.email=dana@example.com")
    command = ["git", *somebody, f"--git-dir={repository}", *arguments]
    given = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(command, check=True, capture_output=True, input=given)
    return done.stdout.decode().rstrip("\n")


def commits_of(repo: SeededRepo, deploy_id: str) -> list[str]:
    """The commits on main that carry a deployment's trailer."""
    template = "%H %(trailers:key=Deploy-Id,valueonly,separator=%x2C)"
    rows = (row.split(" ") for row in git(repo.path, "log", f"--format={template}").splitlines())
    return [sha for sha, *ids in rows if ids == [deploy_id]]
