"""Takes credentials out of text and of structured values (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

REDACTED: Final = "[redacted]"

_SECRET_KEY = re.compile(
    r"token|secret|passw|authorization|cookie|credential|private_?key|api_?key|kubeconfig_data"
    r"|response_url|trigger_id|webhook_url|signature",
    re.IGNORECASE,
)
_CREDENTIALS = (
    # What stays in front, then what goes.
    r"(?P<scheme>\b(?i:authorization[\"']?\s*[=:]\s*[\"']?\w+\s+))[^\s\"',;]+",
    r"(?P<bearer>\b(?i:bearer\s+))(?:[\w.~+/%=-]{16,}|[\w.~+/%=-]*\d[\w.~+/%=-]*)",
    r"(?P<url>\b(?!ssh:)(?i:[a-z][a-z0-9+.-]{1,20}://))[^\s/?#@\"'<>]{1,400}@",
    (
        r"(?P<name>(?i:token|secret|passw(?:or)?d|api[_-]?key|response_url|trigger_id)"
        r"[\"']?\s{0,4}[=:]\s{0,4})(?:\"[^\"]*\"|'[^']*'|[^\s\"',;&}]+)"
    ),
    # As it is typed on a command line.
    r"(?P<option>--(?i:[\w-]{0,40}(?:token|secret|passw(?:or)?d|api-?key))\s+)(?:\"[^\"]*\"|'[^']*'|\S+)",
    # Slack: xoxb-, xoxp-, xoxe.xoxb-, xapp-; https://docs.slack.dev/authentication/tokens
    r"xox[a-z](?:\.xox[a-z])?-[\w.%-]+",
    r"xapp-[\w-]+",
    # GitHub: ghp_, gho_, ghu_, ghs_, ghr_, github_pat_; GitLab: glpat-
    r"gh[pousr]_\w+",
    r"github_pat_\w+",
    r"glpat-[\w-]+",
    # Our own personal tokens.
    r"shipmate_[\w-]{20,}",
    # A signed token, as Argo CD and Kubernetes give out.
    r"(?<![\w-])eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?",
    # A response_url, or an incoming webhook: who has the address may post.
    r"https://hooks\.slack(?:-gov)?\.com/[^\s\"'<>]+",
    # A trigger_id.
    r"\b\d{9,}\.\d{9,}\.[0-9a-f]{32}\b",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
)
_CREDENTIAL = re.compile("|".join(_CREDENTIALS))
_MARKS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("token", "secret", "passw", "response_url", "trigger_id"), ()),
    **dict.fromkeys(("authorization", "bearer", "://", "xox", "xapp-", "github_pat_"), ()),
    **dict.fromkeys(("glpat-", "shipmate_", "eyj", "private key"), ()),
    "api": ("api_key", "api-key", "apikey"),
    "gh": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
}
"""One of these, in small letters, stands in whatever a pattern finds, but for a trigger_id; where
more are named, one of those.
"""
_LONG_NUMBER = re.compile(r"\.[0-9]{9}")


def may_hold_credentials(text: str) -> bool:
    """False where no pattern can match, also in JSON; a hundred times cheaper than to try them."""
    small = text.casefold()
    for mark, longer in _MARKS.items():  # a generator would cost more than the look
        if mark in small and (not longer or any(each in small for each in longer)):
            return True
    return _LONG_NUMBER.search(text) is not None


_WORD: Final = 24  # a timestamp is longer, and never the same
_word_may_hold = lru_cache(1024)(
    may_hold_credentials
)  # the log says the same words again and again


def redacted(text: str) -> str:
    """The text with every credential replaced by a mark; the same text when there is none."""
    may_hold = _word_may_hold if len(text) <= _WORD else may_hold_credentials
    return _CREDENTIAL.sub(_mark, text) if may_hold(text) else text


def redacted_texts(value: object) -> object:
    """A JSON value whose texts, names included, hold no credentials; what stands under which
    name does not matter: a service may be called `token`.
    """
    match value:
        case str():
            return redacted(value)
        case Mapping():
            return {redacted(str(name)): redacted_texts(each) for name, each in value.items()}
        case list() | tuple():
            return [redacted_texts(each) for each in value]
        case _:
            return value


@lru_cache(1024)  # the same few names stand in every line of the log
def _key(key: str) -> tuple[str, bool]:
    """The key without credentials, and whether a credential is what stands under it."""
    return redacted(key), bool(_SECRET_KEY.search(key))


def _mark(found: re.Match[str]) -> str:
    kept = found.group(found.lastgroup) if found.lastgroup else ""
    return f"{kept}{REDACTED}{'@' if found.lastgroup == 'url' else ''}"


def redacted_value(value: object, *, depth: int = 6) -> object:
    """The value as plain JSON-like data without credentials.

    What stands under a name such as `token` or `response_url` goes whole. An object that is
    neither text, number, date nor collection becomes its redacted `repr`.
    """
    if isinstance(value, str):
        return redacted(value)
    if value is None or isinstance(value, (bool, int, float, date)):
        return value
    if depth == 0:
        return "…"
    if isinstance(value, (dict, Mapping)):  # a dict is asked about first: it is found sooner
        clean: dict[str, object] = {}
        for key, each in value.items():
            name, is_secret = _key(str(key))
            if is_secret and each and isinstance(each, (str, bytes)):
                clean[name] = REDACTED
            elif type(each) is str:
                clean[name] = redacted(each)
            else:
                clean[name] = redacted_value(each, depth=depth - 1)
        return clean
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redacted_value(each, depth=depth - 1) for each in value]
    return redacted(repr(value))
