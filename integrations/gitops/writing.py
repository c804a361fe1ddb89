"""Writing one commit by plumbing, with an index of its own, and pushing it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from integrations.gitops.answers import check_push
from integrations.gitops.copy import Copy
from integrations.gitops.process import Git
from integrations.gitops.reading import GitFile, one_line

_IDENTITY = re.compile(r"\s*([^<>\n]*?)\s*<([^<>\s]*)>\s*")
_TRAILER_KEY = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


@dataclass(frozen=True)
class Identity:
    """Who a commit is by, as git wants it."""

    name: str
    email: str

    @classmethod
    def of(cls, written: str) -> Identity:
        """Read `Name <name@host>`; ValueError for anything else."""
        found = _IDENTITY.fullmatch(written)
        if not found or not found[1] or not found[2]:
            raise ValueError(f"{written!r} is not an author; write Name <name@host>")
        return cls(found[1], found[2])


@dataclass(frozen=True)
class Signed:
    """Message, author, committer and time of one commit."""

    message: str
    author: Identity
    committer: Identity
    at: datetime

    def environment(self) -> dict[str, str]:
        """The variables that tell git."""
        at = f"@{int(self.at.timestamp())} +0000"
        return {
            "GIT_AUTHOR_NAME": self.author.name,
            "GIT_AUTHOR_EMAIL": self.author.email,
            "GIT_AUTHOR_DATE": at,
            "GIT_COMMITTER_NAME": self.committer.name,
            "GIT_COMMITTER_EMAIL": self.committer.email,
            "GIT_COMMITTER_DATE": at,
        }


def with_trailers(message: str, trailers: Mapping[str, str]) -> str:
    """The message with the trailers as its own last paragraph, one line each.

    Values come from people and lose their line ends, so that none can bring a trailer of its
    own; empty ones are left out. ValueError for a key that git would not read as one.
    """
    lines = []
    for key, value in trailers.items():
        if not _TRAILER_KEY.fullmatch(key):
            raise ValueError(f"{key!r} is not a trailer")
        if written := one_line(value):
            lines.append(f"{key}: {written}")
    text = message.replace("\0", "").replace("\r\n", "\n").strip() or "Change image tags"
    return "\n\n".join([text, "\n".join(lines)]).rstrip() + "\n"


async def write_commit(
    copy: Copy, base: str, files: Mapping[str, GitFile], texts: Mapping[str, str], signed: Signed
) -> str:
    """Make a commit on top of `base` in which `files` hold `texts`; returns its sha.

    Nothing points to it yet. Only these paths differ from `base`; their modes stay. What was
    previewed before has its tree already.
    """
    git = copy.git
    tree = await copy.known.once(
        ("tree", base, *sorted(texts.items())), lambda: _write_tree(git, base, files, texts)
    )
    made = await git.must(
        "commit-tree", tree, "-p", base, stdin=signed.message.encode(), env=signed.environment()
    )
    return made.text


async def _write_tree(
    git: Git, base: str, files: Mapping[str, GitFile], texts: Mapping[str, str]
) -> str:
    rows = []
    for path, text in texts.items():
        blob = await git.must("hash-object", "-w", "--stdin", stdin=text.encode())
        rows.append(f"{files[path].mode} {blob.text}\t{path}\0")
    index = git.directory / f"shipmate-index-{secrets.token_hex(8)}"
    private = {"GIT_INDEX_FILE": str(index)}
    try:
        await git.must("read-tree", base, env=private)
        given = "".join(rows).encode()
        await git.must("update-index", "-z", "--index-info", stdin=given, env=private)
        return (await git.must("write-tree", env=private)).text
    finally:
        index.unlink(missing_ok=True)
        index.with_name(f"{index.name}.lock").unlink(missing_ok=True)


async def push(git: Git, sha: str, branch: str, base: str) -> None:
    """Move the remote's `branch` from `base` to `sha`; never anything else.

    The lease makes it a compare-and-swap: a branch that was moved, reset or deleted meanwhile
    is left as it is, where a plain push could bring removed commits back. Raises Overtaken then,
    Rejected with the remote's message, or an error with `changed="unknown"`.
    """
    done = await git.run(
        "push",
        "--porcelain",
        "--no-verify",
        f"--force-with-lease=refs/heads/{branch}:{base}",
        git.remote.url,
        f"{sha}:refs/heads/{branch}",
    )
    check_push(done.code, done.out.decode("utf-8", "replace"), done.err)
