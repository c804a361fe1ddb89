"""What the value of an environment variable may be, and the words for when it is not."""

from __future__ import annotations

import base64
import binascii
import re
import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_BRANCH = re.compile(r"(?!.*\.\.)[0-9A-Za-z][0-9A-Za-z._/-]*", re.ASCII)
_AUTHOR = re.compile(r"[^<>\n]+ <[^<>\s]+@[^<>\s]+>")


def _url(value: str) -> str:
    if not value:
        return value
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValueError("is not a URL") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be a URL that begins with https:// (or http://)")
    if parts.username or parts.password:
        raise ValueError("must not carry a user or a password")
    return value.rstrip("/")


def _secret_url(value: SecretStr) -> SecretStr:
    return SecretStr(_url(value.get_secret_value()))


def _api_url(value: str) -> str:
    # slack_sdk joins method names to this as they are.
    return f"{_url(value)}/"


def _token(value: object) -> object:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, str):
        value = value.strip()
        if re.search(r"\s|[^\x21-\x7e]", value):
            raise ValueError("must be one word of plain letters, as it was given out")
    return value


def _bot_token(value: SecretStr) -> SecretStr:
    if value.get_secret_value().startswith("xapp-"):
        raise ValueError("is an app-level token; the bot token begins with xoxb-")
    return value


def _app_token(value: SecretStr) -> SecretStr:
    token = value.get_secret_value()
    if token and not token.startswith("xapp-"):
        raise ValueError("must be an app-level token, which begins with xapp-")
    return value


def _remote(value: str) -> str:
    if "://" in value and (urlsplit(value).username or urlsplit(value).password):
        if value.startswith("ssh://") and not urlsplit(value).password:
            return value
        raise ValueError("must not carry a user or a token: that belongs in GITOPS_TOKEN")
    return value


def _repository(value: str) -> str:
    if value and not _REPOSITORY.fullmatch(value):
        raise ValueError("must be owner/name, such as link/app")
    return value


def _branch(value: str) -> str:
    if not _BRANCH.fullmatch(value):
        raise ValueError("must be a branch's name, such as main")
    return value


def _author(value: str) -> str:
    if not _AUTHOR.fullmatch(value):
        raise ValueError("must be “Name <address>”, such as shipmate <shipmate@localhost>")
    return value


def _base64(value: SecretStr) -> SecretStr:
    try:
        base64.b64decode("".join(value.get_secret_value().split()), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("must be a kubeconfig in base64") from None
    return value


def _authority_file(value: Path | None) -> Path | None:
    if value is None:
        return value
    if not value.is_file():
        raise ValueError(f"names {value}, which is not a file")
    try:
        ssl.create_default_context(cafile=str(value))
    except OSError:
        raise ValueError(f"names {value}, which holds no certificates in PEM") from None
    return value


def _database(value: str) -> str:
    if re.match(r"\w+://", value):
        raise ValueError("must be the path of a SQLite file; other databases are not there yet")
    return value


def _words(value: object) -> object:
    if isinstance(value, str):
        return tuple(re.split(r"[,\s]+", value.strip(", \t\n")) if value.strip(", \t\n") else ())
    if isinstance(value, Iterable):
        return tuple(value)
    return value


Url = Annotated[str, AfterValidator(_url)]
"""An http(s) address without credentials, and without a slash at its end."""

SecretUrl = Annotated[SecretStr, AfterValidator(_secret_url)]
ApiUrl = Annotated[str, AfterValidator(_api_url)]
"""An http(s) address with a slash at its end."""

Token = Annotated[SecretStr, BeforeValidator(_token)]
"""A credential: one word, never shown."""

BotToken = Annotated[SecretStr, AfterValidator(_bot_token), BeforeValidator(_token)]
AppToken = Annotated[SecretStr, AfterValidator(_app_token), BeforeValidator(_token)]
Remote = Annotated[str, AfterValidator(_remote)]
"""A git remote: an address without credentials, or a path."""

Repository = Annotated[str, AfterValidator(_repository)]
Branch = Annotated[str, AfterValidator(_branch)]
Author = Annotated[str, AfterValidator(_author)]
Base64 = Annotated[SecretStr, AfterValidator(_base64)]
AuthorityFile = Annotated[Path | None, AfterValidator(_authority_file)]
"""A file of certificates, in PEM."""

Database = Annotated[str, AfterValidator(_database)]
Names = Annotated[tuple[str, ...], BeforeValidator(_words)]
"""Several names, with commas or spaces between them."""
