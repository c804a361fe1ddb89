"""The GitOps repository as Argo CD's repo-server sees it: a bare clone that is only read."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.sandbox.gitrepo.objects import Objects
from bot.sandbox.gitrepo.seed import environment_of_git


class RepositoryError(Exception):
    """The repo-server could not resolve or read; the text is what Argo CD would say."""


@dataclass(frozen=True, slots=True)
class CommitMetadata:
    """Who wrote a commit, and its whole message."""

    author: str
    at: datetime
    message: str
    tags: tuple[str, ...] = ()


class Repository:
    """Reads one bare repository with git plumbing, in threads; what a commit says is cached."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._objects = Objects(path)
        self._heads: tuple[object, dict[str, str]] = (None, {})
        self._images: dict[tuple[str, str], Mapping[str, str]] = {}
        self._touched: dict[str, list[tuple[str, list[str]]]] = {}

    async def resolve(self, revision: str) -> str:
        """The commit that a branch, tag or (possibly short) SHA stands for.

        A full SHA is taken on trust, as Argo CD does: a wrong one fails when it is read.
        """
        if len(revision) == 40 and all(c in "0123456789abcdef" for c in revision):
            return revision
        stamp = self._stamp()
        if self._heads[0] != stamp or stamp is None:
            self._heads = (stamp, {})
        known = self._heads[1]
        if revision not in known:
            known[revision] = await asyncio.to_thread(self._resolve, revision)
        return known[revision]

    async def images(self, commit: str, folder: str) -> Mapping[str, str]:
        """Image name to whole reference, from `folder`/kustomization.yaml at `commit`."""
        found = self._images.get((commit, folder))
        if found is None:
            found = await asyncio.to_thread(self._read_images, commit, folder)
            self._images[commit, folder] = found
        return found

    async def metadata(self, revision: str) -> CommitMetadata:
        """Author, date, message and tags of a commit."""
        return await asyncio.to_thread(self._metadata, revision)

    async def newest(self, revision: str, folder: str, count: int) -> list[str]:
        """The last `count` commits that touched `folder`, newest first."""
        commit = await self.resolve(revision)
        if commit not in self._touched:
            self._touched = {commit: await asyncio.to_thread(self._read_touched, commit)}
        inside = f"{folder}/"
        touched = self._touched[commit]
        return [sha for sha, paths in touched if any(p.startswith(inside) for p in paths)][:count]

    def _stamp(self) -> object:
        """Changes whenever a ref does: cheap enough to ask before every comparison."""
        heads, packed = self.path / "refs" / "heads", self.path / "packed-refs"
        try:
            files = [*heads.rglob("*"), *(self.path / "refs" / "shipmate").rglob("*"), packed]
            return tuple(
                (f.name, stat.st_mtime_ns, stat.st_size, stat.st_ino)
                for f in files
                if f.exists() and (stat := f.stat())
            )
        except OSError:
            return None

    def _resolve(self, revision: str) -> str:
        found = self._objects.read(f"{revision}^{{commit}}")
        if found is None:
            raise self._unread(f"unable to resolve '{revision}' to a commit SHA")
        return found[0]

    def _read_images(self, commit: str, folder: str) -> Mapping[str, str]:
        found = self._objects.read(f"{commit}:{folder}/kustomization.yaml")
        if found is None:
            raise self._unread(f"{folder}: app path does not exist")
        try:
            return _rendered(found[1].decode())
        except (ValueError, YAMLError, AttributeError, KeyError, TypeError) as error:
            why = f"`kustomize build {folder}` failed exit status 1: Error: invalid Kustomization"
            raise RepositoryError(f"rpc error: code = Unknown desc = {why}") from error

    def _unread(self, why: str) -> RepositoryError:
        if not self.path.exists():
            why = "repository not found"
        return RepositoryError(f"rpc error: code = Unknown desc = {why}")

    def _read_touched(self, commit: str) -> list[tuple[str, list[str]]]:
        """All commits up to this one, newest first, with the paths that each touched."""
        told = self._git("log", "--format=%x00%H", "--name-only", commit).split("\0")[1:]
        return [(sha, paths) for sha, *paths in map(str.split, told)]

    def _metadata(self, revision: str) -> CommitMetadata:
        raw = self._git("show", "-s", "--format=%an <%ae>%n%at%n%B", revision)
        author, seconds, message = raw.split("\n", 2)
        tags = self._git("tag", "--points-at", revision).split()
        at = datetime.fromtimestamp(int(seconds), UTC)
        return CommitMetadata(author, at, message.rstrip("\n"), tuple(tags))

    def _git(self, *words: str) -> str:
        command = ("git", "-C", str(self.path), *words)
        # The words are the sandbox's own, and git runs without a shell.
        done = subprocess.run(  # noqa: S603
            command,
            capture_output=True,
            encoding="utf-8",
            timeout=20,
            check=False,
            env=environment_of_git(),
        )
        if done.returncode:
            said = done.stderr.strip() or "repository not found"
            raise RepositoryError(f"rpc error: code = Unknown desc = {said}")
        return done.stdout


@lru_cache(64)
def _rendered(kustomization: str) -> Mapping[str, str]:
    """Image name to whole reference, for each of `images:`."""
    document = YAML(typ="safe", pure=True).load(StringIO(kustomization))
    entries: list[dict[str, Any]] = document.get("images") or []
    return {entry["name"]: reference(entry) for entry in entries}


def reference(entry: Mapping[str, Any]) -> str:
    """What kustomize 5 renders for one line of `images:`."""
    name = str(entry.get("newName") or entry["name"])
    tag = f":{entry['newTag']}" if entry.get("newTag") not in (None, "") else ""
    digest = f"@{entry['digest']}" if entry.get("digest") else ""
    return f"{name}{tag}{digest}" if tag or digest else f"{name}:latest"
