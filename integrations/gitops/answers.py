"""What git says when it fails, and what that means for the caller (pure)."""

from __future__ import annotations

import re

from integrations.errors import (
    BadAnswer,
    Changed,
    Forbidden,
    NotFound,
    Rejected,
    Unauthorized,
    Unreachable,
    UpstreamError,
)

_LONGEST = 400
"""Characters of another system's own words that a sentence carries."""

_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")

_LOCKED = re.compile(r"Unable to create '([^']+\.lock)': File exists")
_DAMAGED = re.compile(
    r"""not\ a\ git\ repository | invalid\ gitfile | object\ file\ .*\ is\ empty | is\ corrupt | inflate:
    | does\ not\ point\ to\ a\ valid\ object | bad\ object | bad\ tree | missing\ blob
    | unable\ to\ read\ (tree|sha1|commit) | invalid\ sha1\ pointer | Could\ not\ read\ (?!from\ remote)
    | Not\ a\ valid\ object\ name | is\ not\ a\ valid\ object | not\ a\ tree\ object | cannot\ be\ accessed | wrong\ index | Failed\ to\ traverse\ parents | unable\ to\ parse
    | could\ not\ parse | bad\ (config|ref|signature) | unable\ to\ resolve\ reference
    | did\ not\ send\ all\ necessary\ objects | unresolved\ deltas | missing\ necessary\ objects
    """,
    re.VERBOSE,
)
_UNAUTHORIZED = re.compile(
    r"Authentication failed|could not read (Username|Password)|Permission denied \(|error: 401"
)
_FORBIDDEN = re.compile(r"error: 403|Permission to \S+ denied|access .*not granted")
_NO_REPOSITORY = re.compile(r"repository '[^']*' not found|Repository not found|error: 404")
_NO_BRANCH = re.compile(r"couldn't find remote ref (?:refs/heads/)?(\S+)")
_REDIRECTED = re.compile(r"unable to update url base from redirection|error: 30\d")
_UNREACHABLE = re.compile(
    r"""does\ not\ appear\ to\ be\ a\ git\ repository | Could\ not\ resolve
    | Couldn't\ (connect|resolve) | Failed\ to\ connect | Connection\ (refused|timed\ out)
    | No\ route\ to\ host | Network\ is\ unreachable | Host\ key\ verification\ failed
    """,
    re.VERBOSE,
)

# The words in brackets behind a refused ref when someone else was faster.
# https://github.com/git/git/blob/v2.39.5/builtin/receive-pack.c
_OVERTAKEN = re.compile(
    r"stale info|non-fast-forward|fetch first|cannot lock ref|failed to update ref"
    r"|incorrect old value|reference already exists|but expected"
)
_IN_BRACKETS = re.compile(r"\(([^()]*)\)\s*$")


class Damaged(BadAnswer):
    """Our own clone cannot be read; a new one mends it."""


class Locked(BadAnswer):
    """A lock file stands in our own clone; `path` names it."""

    def __init__(self, path: str) -> None:
        super().__init__("Git", "another process has locked our copy of the repository.")
        self.path = path


class Overtaken(Rejected):
    """The branch moved before our push: nothing of ours was written."""


def failure(words: str, *, changed: Changed = "no") -> UpstreamError:
    """The error for what git wrote to stderr, which must be redacted already."""
    ours = "\n".join(line for line in words.splitlines() if not line.startswith("remote:"))
    if found := _LOCKED.search(ours):
        return Locked(found[1])
    if _UNAUTHORIZED.search(words):
        return Unauthorized("Git", "the remote does not accept our credentials (GITOPS_TOKEN).")
    if _FORBIDDEN.search(words):
        return Forbidden("Git", _with(remote_words(words), "the remote does not let us in"))
    if _NO_REPOSITORY.search(words):
        return NotFound("Git", "the remote has no such repository, or hides it from us.")
    if found := _NO_BRANCH.search(words):
        return NotFound("Git", f"the repository has no branch {found[1]}.")
    if _REDIRECTED.search(words):
        return Rejected("Git", "the remote redirects elsewhere; GITOPS_REPO has moved.")
    if _UNREACHABLE.search(words):
        return Unreachable("Git", "the repository cannot be reached.")
    if _DAMAGED.search(ours):
        return Damaged("Git", "our copy of the repository is damaged.")
    return BadAnswer("Git", _with(_last_line(words), "it failed"), changed=changed)


def check_push(code: int, report: str, words: str) -> None:
    """Read what `git push --porcelain` came to; raises unless the branch is ours now.

    `report` is its stdout, one tab separated line a ref: flag, from:to, summary
    (https://git-scm.com/docs/git-push#_output). Raises Overtaken, Rejected with the remote's own
    message, or an error with `changed="unknown"` where the answer was lost.
    """
    line = next((row for row in report.splitlines() if row[1:2] == "\t"), "")
    if line and line[0] != "!" and code == 0:
        return
    if not line.startswith("!"):
        raise failure(words, changed="unknown")
    reason = line.rsplit("\t", 1)[-1]
    if _OVERTAKEN.search(reason):
        raise Overtaken("Git", "the branch kept moving: other pushes were always faster.")
    if "remote failure" in reason:
        raise BadAnswer("Git", "the remote did not say what became of a push.", changed="unknown")
    in_brackets = found[1] if (found := _IN_BRACKETS.search(reason)) else ""
    raise Rejected("Git", _with(remote_words(words) or in_brackets, "the remote refused the push"))


def remote_words(words: str) -> str:
    """What the remote's hooks and rules printed, in one line without control characters."""
    told = re.findall(r"^remote:(.*)$", words, re.MULTILINE)
    return _short(" ".join(" ".join(told).split()))


def _last_line(words: str) -> str:
    """The line that says why: git's own fatal or error, else its last word."""
    lines = [line for line in words.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines[-1:]
    return _short(told[0].partition(": ")[2] or told[0]) if told else ""


def _with(reason: str, sentence: str) -> str:
    return f"{sentence}: {reason}" if reason else f"{sentence}."


def _short(text: str) -> str:
    text = _CONTROL.sub("", text).strip()
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
