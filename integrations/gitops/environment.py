"""The environment that git runs in: nothing of the machine's own, and the token in no argument."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

CONFIG_FILE = "shipmate.config"
"""Inside the clone: the only configuration file that git reads besides the clone's own."""

CONFIG_TEXT = "[safe]\n\tdirectory = *\n"
"""Volumes are often owned by another user; without this git refuses a remote that is a path."""

# What git, ssh and curl need from the machine. Every other GIT_ variable stays outside.
_KEPT = (
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "SSH_AUTH_SOCK",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_EXEC_PATH",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CURL_CA_BUNDLE",
)
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")

# Asked only for the host of the remote; a redirect elsewhere gets nothing. The token is read
# from the environment by the shell itself, so it is in no process's arguments.
_HELPER = (
    '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" '
    '"$SHIPMATE_GIT_USER" "$SHIPMATE_GIT_TOKEN"; }; f'
)

_URL_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")


@dataclass(frozen=True)
class Remote:
    """A git remote without its credentials, and the credentials apart.

    `url` may be shown and passed as an argument; `user` and `token` may not.
    """

    url: str
    user: str = ""
    token: str = field(default="", repr=False)

    @classmethod
    def of(cls, address: str, token: str | None = None) -> Remote:
        """Split `https://user:secret@host/path`; an explicit `token` wins over the URL's.

        Any other form (a path, ssh) is kept as it is. Raises ValueError for an empty address
        or one that git would read as an option.
        """
        if not address or address.startswith("-"):
            raise ValueError("a git remote is a URL or a path")
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https"):
            return cls(address, token=token or "")
        host = parts.netloc.rpartition("@")[2]
        url = urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
        user, secret = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(url, user or "x-access-token", token or secret)

    def redact(self, text: str) -> str:
        """`text` without the token in any form that git or a server may echo."""
        if self.token:
            basic = b64encode(f"{self.user}:{self.token}".encode()).decode()
            for secret in (basic, self.token, quote(self.token, safe="")):
                text = text.replace(secret, "[secret]")
        return _URL_CREDENTIALS.sub("", text)


def clean_environment(
    clone: Path, remote: Remote, inherited: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The variables for every git process: no prompts, no hooks, no settings of the machine."""
    machine = os.environ if inherited is None else inherited
    kept = {name: value for name, value in machine.items() if _is_kept(name)}
    kept.setdefault("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=10")
    return {
        **kept,
        "LC_ALL": "C",  # answers.py reads git's messages
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(clone / CONFIG_FILE),
        "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
        "GIT_LITERAL_PATHSPECS": "1",
        **_credentials(remote),
        **_config(_settings(remote)),
    }


def _is_kept(name: str) -> bool:
    return name in _KEPT or name.lower() in _PROXIES


def _settings(remote: Remote) -> dict[str, str]:
    settings = {
        "core.hooksPath": "/dev/null",
        "core.quotePath": "false",
        "gc.autoDetach": "false",
        "gc.bigPackThreshold": "64m",  # a whole history is packed once: tidying takes seconds
        "credential.helper": "",
        "http.lowSpeedLimit": "100",  # bytes a second, for this many seconds: a dead connection
        "http.lowSpeedTime": "30",
    }
    if remote.token:
        parts = urlsplit(remote.url)
        settings[f"credential.{parts.scheme}://{parts.netloc}.helper"] = _HELPER
    return settings


def _credentials(remote: Remote) -> dict[str, str]:
    if not remote.token:
        return {}
    return {"SHIPMATE_GIT_USER": remote.user, "SHIPMATE_GIT_TOKEN": remote.token}


def _config(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings as git reads them from the environment, which children of a remote do not see.

    https://git-scm.com/docs/git-config#Documentation/git-config.txt-GITCONFIGCOUNT
    """
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings.items()):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables
