"""What happened to files of the GitOps repository: who changed them, and what they said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from integrations.gitops.process import Git
from integrations.gitops.reading import (
    LOG,
    LOG_FIELDS,
    GitCommit,
    checked_path,
    commits,
    read_commit,
)


@dataclass(frozen=True)
class FileVersion:
    """What a file said as of a commit that changed it; None where that commit removed it."""

    commit: GitCommit
    text: str | None


async def riding(
    git: Git, base: str, head: str, paths: Sequence[str], *, limit: int
) -> tuple[GitCommit, ...]:
    """The newest commits of `base..head` that touch these paths (all, if none), with files.

    The files of a merge are those by which it differs from its first parent.
    """
    wanted = [checked_path(path) for path in paths]
    answer = await git.must(
        "log",
        "-z",
        "--name-only",
        "--no-renames",
        "--diff-merges=first-parent",
        f"--max-count={limit}",
        f"--format=%x00{LOG}",
        f"{base}..{head}",
        "--",
        *wanted,
    )
    return tuple(_with_files(answer.out.decode("utf-8", "replace")))


async def versions(git: Git, head: str, path: str, *, limit: int) -> tuple[FileVersion, ...]:
    """The newest versions of a file, newest first."""
    found = await commits(git, head, [path], limit=limit)
    texts = await _texts(git, [f"{commit.sha}:{path}" for commit in found])
    return tuple(FileVersion(c, text) for c, text in zip(found, texts, strict=True))


def _with_files(output: str) -> Iterator[GitCommit]:
    """Rows of an empty word, the fields of LOG, and another empty word with paths behind it."""
    words = output.split("\0")
    at = 1
    while at + LOG_FIELDS < len(words):
        row = read_commit(words[at : at + LOG_FIELDS])
        at += LOG_FIELDS + 1
        until = words.index("", at)
        files = tuple(path.removeprefix("\n") for path in words[at:until])
        yield replace(row, files=files)
        at = until + 1


async def _texts(git: Git, names: Sequence[str]) -> list[str | None]:
    """The texts of blobs, named as "<commit>:<path>"; None for those that are not there."""
    if not names:
        return []
    asked = "".join(f"{name}\n" for name in names).encode()
    output = (await git.must("cat-file", "--batch", stdin=asked)).out
    texts: list[str | None] = []
    for _ in names:
        header, _, output = output.partition(b"\n")
        size = header.rpartition(b" ")[2]
        if not size.isdigit():
            texts.append(None)
            continue
        is_text = header.split(b" ")[-2] == b"blob"
        content, output = output[: int(size)], output[int(size) + 1 :]
        texts.append(content.decode("utf-8", "replace") if is_text else None)
    return texts
