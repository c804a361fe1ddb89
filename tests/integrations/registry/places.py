"""Where the behaviours of a registry are asked for: the sandbox's, and Debian's real one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from bot.sandbox.registry import Issuer, SandboxRegistry
from bot.sandbox.registry.debian import find, running
from bot.sandbox.registry.gate import Login
from bot.sandbox.registry.issuer import Grant
from bot.sandbox.registry.signing import Signer
from integrations.clock import Clock, SystemClock
from integrations.http import http_client
from integrations.registry import Credentials, Registry

ACCOUNT = Credentials("shipmate", "hunter2-registry")
# bcrypt of the account's token, as `htpasswd -B -C 4` writes it.
_HTPASSWD = "shipmate:$2b$04$ERooPnWuXlxLN.R7nDwAguV0sVDDfvTr4wyhw3XZ0AM8P9A8MFvFa\n"

PLACES = ("sandbox", "debian")
USUAL_LOGINS: tuple[Login, ...] = ("none", "bearer")


def behind(*logins: Login) -> pytest.MarkDecorator:
    """Only the places with one of these logins."""
    chosen = [(place, login) for place in PLACES for login in logins]
    return pytest.mark.parametrize("place", chosen, ids="-".join, indirect=True)


@dataclass(frozen=True)
class Place:
    """An empty registry, and our client of it, which may do everything there."""

    url: str
    login: Login
    registry: Registry
    issuer: Issuer | None


@asynccontextmanager
async def client(
    url: str, credentials: Credentials = ACCOUNT, clock: Clock | None = None
) -> AsyncIterator[Registry]:
    async with http_client(url, timeout=10.0) as http:
        yield Registry(http, url, credentials, clock or SystemClock())


@asynccontextmanager
async def sandbox(login: Login) -> AsyncIterator[Place]:
    there = SandboxRegistry(
        SystemClock(), username=ACCOUNT.username, token=ACCOUNT.token, login=login
    )
    async with TestServer(there.app()) as server:
        url = str(server.make_url("/")).rstrip("/")
        async with client(url) as registry:
            yield Place(url, login, registry, there.issuer)


@asynccontextmanager
async def debian(login: Login, folder: Path, signer: Signer | None) -> AsyncIterator[Place]:
    program = find()
    if program is None:
        pytest.skip("no docker-registry here: sh scripts/registry.sh")
    if login == "bearer":
        if signer is None:
            pytest.skip("no openssl here to sign tokens with")
        issuer = _issuer(signer.mint)
        async with TestServer(issuer.app()) as server:
            auth = signer.auth(str(server.make_url("/token")), issuer.service)
            async with running(program, folder, auth) as url, client(url) as registry:
                yield Place(url, login, registry, issuer)
        return
    users = folder / "htpasswd"
    users.write_text(_HTPASSWD)
    auth = {"htpasswd": {"realm": "registry", "path": str(users)}} if login == "basic" else {}
    async with running(program, folder, auth) as url, client(url) as registry:
        yield Place(url, login, registry, None)


def _issuer(mint: Callable[[Grant], Awaitable[str]]) -> Issuer:
    return Issuer(SystemClock(), username=ACCOUNT.username, token=ACCOUNT.token, mint=mint)
