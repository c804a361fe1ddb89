"""Which repository of a GitHub a git remote is (pure)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_SSH = re.compile(r"(?:ssh://)?(?:[^@/]+@)?(?P<host>[^:/]+)(?::\d+/|[:/])(?P<path>[^:]+)")
_PATH = re.compile(r"/?([\w.-]+/[\w.-]+?)(?:\.git)?/?", re.ASCII)
_PUBLIC_API = "api.github.com"


def repository_of(remote: str, api_url: str) -> str:
    """The "owner/name" where the remote, by https or ssh, is on the GitHub of this API; else "".

    github.com has its API at api.github.com, a GitHub of one's own at its host below /api/v3.
    """
    api = urlsplit(api_url).hostname or ""
    web = "github.com" if api == _PUBLIC_API else api
    if "://" in remote and not remote.startswith("ssh://"):
        parts = urlsplit(remote)
        host, path = parts.hostname or "", parts.path
    else:
        found = _SSH.fullmatch(remote)
        host, path = (found["host"], found["path"]) if found else ("", "")
    name = _PATH.fullmatch(path)
    return name[1] if name and host.casefold() == web.casefold() else ""
