"""Making the sandbox's GitOps repository: a real bare one, with a past that fits the builds."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.sandbox.github.history import (
    AMIR,
    OLU,
    TOMASZ,
    AppCommit,
    History,
    Person,
    link_history,
    released,
)
from bot.sandbox.github.runs import is_red
from bot.sandbox.gitrepo.files import (
    SERVICES,
    kustomization,
    kustomization_path,
    replicas,
    shared_files,
)
from bot.sandbox.gitrepo.hooks import HOOKS
from integrations.clock import Clock

ENVIRONMENTS = ("dev", "staging", "production")
_NO_CHORES = "[receive]\n\tautogc = false\n"
"""No look after each push whether there is anything to tidy: what lives here is never that old."""
_BOT = Person("link-ci", "Link CI")


@dataclass(frozen=True)
class SeedCommit:
    """One commit to write: `files` are whole texts by path."""

    title: str
    author: Person
    at: datetime
    files: Mapping[str, str]


def write_repository(path: Path, clock: Clock, environments: Sequence[str]) -> None:
    """Make a bare repository with branch `main` and the platform's past. Blocks for some 50 ms."""
    path.mkdir(parents=True)
    _git(path, "init", "--quiet", "--bare", "--initial-branch=main", "--template=")
    with (path / "config").open("a") as settings:
        settings.write(_NO_CHORES)
    stream = fast_import(past(link_history(clock.now()), environments), start="")
    _git(path, "fast-import", "--quiet", stdin=stream)
    (path / "hooks").mkdir()
    for name, script in HOOKS.items():
        hook = path / "hooks" / name
        hook.write_text(script)
        hook.chmod(0o755)
    (path / "sandbox").mkdir()


def past(history: History, environments: Sequence[str]) -> list[SeedCommit]:
    """The import of the platform, then one commit for each deployment, in order of time."""
    develop = history.line(history.branches["develop"])
    start = develop[0].at - timedelta(days=2)
    tags = {name: _tag(name, develop[0]) for name in environments}
    commits = [_import(tags, start), _more_replicas(start + timedelta(days=4))]
    for name in environments:
        if name == "production":
            commits += [_deployment(name, commit, at.at) for at, commit in _promoted(history)]
        else:
            commits += [_deployment(name, each, each.at) for each in _shipped(develop, name)]
    return sorted(commits, key=lambda commit: commit.at)


def _promoted(history: History) -> Sequence[tuple[AppCommit, AppCommit]]:
    """The releases that production was given, with the builds of `develop` that they promoted.

    It began before the first of them, and the newest waits to be promoted.
    """
    return released(history)[1:-1]


def _shipped(develop: Sequence[AppCommit], environment: str) -> Sequence[AppCommit]:
    """Of the builds, those that an environment was given: every one in dev, every third elsewhere."""
    lag, step = (1, 1) if environment == "dev" else (6, 3)
    shipped = develop[: len(develop) - lag][:0:-step][::-1]
    return [commit for commit in shipped if not is_red(commit)]


def fast_import(commits: Sequence[SeedCommit], start: str) -> bytes:
    """The commits as `git fast-import` reads them, on top of the revision `start` ("" for none)."""
    return b"".join(_stream(commits, start))


def environment_of_git() -> dict[str, str]:
    """Only what git needs, so that no setting of the machine changes what is made."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }


def _stream(commits: Sequence[SeedCommit], start: str) -> Iterator[bytes]:
    for commit in commits:
        at = f"{int(commit.at.timestamp())} +0000"
        yield b"commit refs/heads/main\n"
        yield f"committer {commit.author.name} <{commit.author.email}> {at}\n".encode()
        yield _sized(commit.title)
        if start:
            yield f"from {start}\n".encode()
            start = ""
        for path, text in commit.files.items():
            yield f"M 100644 inline {path}\n".encode() + _sized(text)


def _sized(text: str) -> bytes:
    content = text.encode()
    return b"data %d\n%s\n" % (len(content), content)


def _import(tags: Mapping[str, str], at: datetime) -> SeedCommit:
    files = shared_files()
    for name, tag in tags.items():
        files[kustomization_path(name)] = kustomization(name, dict.fromkeys(SERVICES, tag))
        files[f"environments/{name}/replicas.yaml"] = replicas(
            name, 3 if name == "production" else 1
        )
    return SeedCommit("Import the platform's manifests", TOMASZ, at, files)


def _deployment(environment: str, commit: AppCommit, ready: datetime) -> SeedCommit:
    tag = _tag(environment, commit)
    text = kustomization(environment, dict.fromkeys(SERVICES, tag))
    by = AMIR if environment == "production" else _BOT
    return SeedCommit(
        title=f"Deploy {tag} to {environment}",
        author=by,
        at=ready + timedelta(minutes=50 if environment == "production" else 12),
        files={kustomization_path(environment): text},
    )


def _tag(environment: str, commit: AppCommit) -> str:
    if environment == "production":
        return f"v{commit.at:%Y%m%d}-{commit.short}"
    return f"sha-{commit.short}"


def _more_replicas(at: datetime) -> SeedCommit:
    files = {"environments/production/replicas.yaml": replicas("production", 4)}
    return SeedCommit("Give production a fourth replica of everything", OLU, at, files)


def _git(path: Path, *arguments: str, stdin: bytes = b"") -> None:
    subprocess.run(  # noqa: S603 the arguments are this module's own
        ["git", f"--git-dir={path}", *arguments],  # noqa: S607 git is wherever PATH says
        input=stdin,
        env=environment_of_git(),
        check=True,
        capture_output=True,
        timeout=60,
    )
