"""Reading a git repository: files at a revision, commits and their trailers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from integrations.errors import BadAnswer, NotFound, Rejected
from integrations.gitops.answers import Damaged, failure
from integrations.gitops.process import Git

_REVISION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/-]*")
_FILE_MODES = ("100644", "100755")
LOG = "%H%x00%an%x00%ae%x00%cI%x00%s%x00%(trailers:only,unfold)%x00"
LOG_FIELDS = 6
_DEEPEST = 5_000


@dataclass(frozen=True)
class GitCommit:
    """One commit of the GitOps repository; `trailers` hold the last value of each key.

    `files` are the paths it changed, where they were asked for.
    """

    sha: str
    author: str
    email: str
    at: datetime
    title: str
    trailers: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class GitFile:
    """A file as a commit holds it."""

    path: str
    mode: str
    blob: str
    text: str


def checked_path(path: str) -> str:
    """`path`, if it is a plain relative path inside the repository; ValueError otherwise."""
    parts = PurePosixPath(path).parts
    plain = path == "/".join(parts) and not path.startswith("/") and path.isprintable()
    if not plain or not parts or ".." in parts or ".git" in (part.lower() for part in parts):
        raise ValueError(f"{path!r} is not a path inside the repository")
    return path


def checked_revision(revision: str) -> str:
    """`revision`, if it is a sha or a plain branch name; ValueError otherwise."""
    if not _REVISION.fullmatch(revision) or ".." in revision:
        raise ValueError(f"{revision!r} is not a commit or a branch")
    return revision


async def resolve(git: Git, revisions: Sequence[str]) -> list[str]:
    """The full commit sha of each revision, "" for those this clone does not hold."""
    asked = "".join(f"{checked_revision(revision)}^{{commit}}\n" for revision in revisions)
    answer = await git.must("cat-file", "--batch-check=%(objectname)", stdin=asked.encode())
    lines = answer.text.splitlines()
    if len(lines) != len(revisions):
        raise Damaged("Git", "our copy of the repository is damaged.")
    return ["" if " " in line else line for line in lines]


async def read_files(git: Git, commit: str, paths: Iterable[str]) -> dict[str, GitFile]:
    """The files at `commit` by path; those it does not hold are left out.

    Raises Rejected for what is no UTF-8 text file (a symbolic link, a folder, a binary).
    """
    wanted = sorted({checked_path(path) for path in paths})
    if not wanted:
        return {}
    listing = await git.must("ls-tree", "-z", commit, "--", *wanted)
    entries = [_entry(row) for row in listing.out.decode().split("\0") if row]
    texts = await _blobs(git, [blob for _, blob, _ in entries])
    return {
        path: GitFile(path, mode, blob, _text(path, content))
        for (mode, blob, path), content in zip(entries, texts, strict=True)
    }


async def read_file(git: Git, commit: str, path: str) -> str:
    """The text of one file; NotFound where the commit does not hold it."""
    found = await read_files(git, commit, [path])
    if path not in found:
        raise NotFound("Git", f"{path} does not exist at {commit[:7]}.")
    return found[path].text


async def commits(
    git: Git,
    revisions: str,
    paths: Sequence[str] = (),
    *,
    limit: int = 0,
    holding: str = "",
) -> tuple[GitCommit, ...]:
    """The commits of a revision or `a..b` range, newest first.

    `limit` 0 is all of them. `paths` keep those that touch them, `holding` those whose message has that very text.
    """
    options = [f"--max-count={limit}"] if limit else []
    if holding:
        options += ["--fixed-strings", f"--grep={holding}"]
    files = [checked_path(path) for path in paths]
    answer = await git.must("log", f"--format={LOG}", *options, revisions, "--", *files)
    fields = answer.out.decode("utf-8", "replace").split("\0")[:-1]
    rows = zip(*[iter(fields)] * LOG_FIELDS, strict=True)
    return tuple(read_commit(row) for row in rows)


async def find_trailer(git: Git, key: str, value: str, since: str, head: str) -> str | None:
    """The newest commit after `since`, up to `head`, whose trailer `key` is exactly `value`.

    Where `since` is "" or unknown, the last 5,000 commits are searched.
    """
    if not (value := one_line(value)):
        return None
    start = (await resolve(git, [since]))[0] if since else ""
    span = f"{start}..{head}" if start else head
    for commit in await commits(git, span, limit=0 if start else _DEEPEST, holding=value):
        if commit.trailers.get(key) == value:
            return commit.sha
    return None


async def is_ancestor(git: Git, ancestor: str, descendant: str) -> bool:
    """Whether `descendant` is `ancestor` or has it in its history; not, if it is not there."""
    if not all(await resolve(git, [ancestor, descendant])):
        return False
    answer = await git.run("merge-base", "--is-ancestor", ancestor, descendant)
    if answer.code not in (0, 1):
        raise failure(answer.err)
    return answer.code == 0


async def parent(git: Git, commit: str) -> str:
    """The first parent of a commit, "" for the first of all."""
    return (await git.must("log", "--max-count=1", "--format=%P", commit)).text.partition(" ")[0]


async def diff(git: Git, a: str, b: str, paths: Sequence[str] = ()) -> str:
    """The unified diff from commit `a` to `b`, in these paths or everywhere."""
    options = ("--no-color", "--no-ext-diff", "--no-textconv")
    files = [checked_path(path) for path in paths]
    return (await git.must("diff", *options, a, b, "--", *files)).out.decode("utf-8", "replace")


def one_line(value: str) -> str:
    """A trailer's value as it is written: without line ends, so that it cannot hold another."""
    return " ".join(value.replace("\0", "").split())


def read_commit(row: Sequence[str]) -> GitCommit:
    """One row of LOG."""
    sha, author, email, at, title, trailers = row
    pairs = (line.partition(": ") for line in trailers.splitlines())
    return GitCommit(
        sha=sha.strip(),
        author=author,
        email=email,
        at=datetime.fromisoformat(at),
        title=title,
        trailers={key: value for key, colon, value in pairs if colon},
    )


def _entry(row: str) -> tuple[str, str, str]:
    described, _, path = row.partition("\t")
    mode, kind, blob = described.split(" ")
    if kind != "blob" or mode not in _FILE_MODES:
        raise Rejected("Git", f"{path} is not a plain file.")
    return mode, blob, path


def _text(path: str, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Rejected("Git", f"{path} is not UTF-8 text.") from error


async def _blobs(git: Git, names: Sequence[str]) -> list[bytes]:
    """The contents of blobs, in order, from one `git cat-file --batch`."""
    if not names:
        return []
    asked = "".join(f"{name}\n" for name in names).encode()
    output = (await git.must("cat-file", "--batch", stdin=asked)).out
    contents: list[bytes] = []
    for _ in names:
        header, _, output = output.partition(b"\n")
        if not (size := header.rpartition(b" ")[2]).isdigit():
            raise Damaged("Git", "our copy of the repository is damaged.")
        contents.append(output[: int(size)])
        output = output[int(size) + 1 :]
    if output:
        raise BadAnswer("Git", "it answered with more than was asked.")
    return contents
