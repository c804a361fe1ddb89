from __future__ import annotations

import asyncio
import base64
import json
from datetime import datetime, timedelta

import pytest
import time_machine
from aiohttp import web

from integrations.argocd.client import ArgoCD, Credentials
from integrations.argocd.model import ApplicationRef
from integrations.clock import Clock, SystemClock
from integrations.errors import BadAnswer, Unauthorized
from integrations.groups import TaskGroup
from tests.integrations.argocd.samples import application
from tests.integrations.argocd.stub import (
    LIST,
    Reply,
    Stub,
    client,
    refuses,
    says,
    shows,
)

SESSION = "/api/v1/session"
PASSWORD = Credentials(username="shipmate", password="hunter2")
REF = ApplicationRef("link-app-dev", "argocd", "link")


def jwt(name: str, expires: datetime | None = None) -> str:
    claims: dict[str, object] = {"sub": f"{name}:login"}
    if expires:
        claims["exp"] = int(expires.timestamp())
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"header.{payload}.signature"


class Accounts:
    """Sessions that the stub gives out, and which of them it still accepts."""

    def __init__(self, stub: Stub, clock: Clock, lasts: timedelta = timedelta(hours=24)) -> None:
        self.given: list[str] = []
        self.valid: set[str] = set()
        self._clock = clock
        self._lasts = lasts
        stub.reply("POST", SESSION, self._log_in)
        stub.reply("GET", LIST, self._guard(says({"items": None})))
        stub.reply("POST", f"{LIST}/link-app-dev/sync", self._guard(says(application())))

    async def _log_in(self, _request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.02)
        token = jwt(f"session-{len(self.given)}", self._clock.now() + self._lasts)
        self.given.append(token)
        self.valid.add(token)
        return web.json_response({"token": token}, headers={"Set-Cookie": f"argocd.token={token}"})

    def _guard(self, reply: Reply) -> Reply:
        async def guarded(request: web.Request) -> web.StreamResponse:
            token = request.headers["Authorization"].removeprefix("Bearer ")
            if token not in self.valid:
                return await refuses(401, 16, "invalid session: token is expired")(request)
            assert "Cookie" not in request.headers
            return await reply(request)

        return guarded


async def test_a_password_is_traded_for_a_token_once(stub: Stub) -> None:
    accounts = Accounts(stub, SystemClock())
    async with client(stub.url, PASSWORD) as argocd, TaskGroup() as tasks:
        for _ in range(5):
            tasks.create_task(argocd.list_applications())
    assert len(accounts.given) == 1
    assert stub.asked[0].json == {"username": "shipmate", "password": "hunter2"}


async def test_a_token_that_is_refused_is_replaced_once(stub: Stub) -> None:
    accounts = Accounts(stub, SystemClock())
    with time_machine.travel("2026-11-23T12:00:00Z", tick=True) as travel:
        async with client(stub.url, PASSWORD) as argocd:
            await argocd.list_applications()
            travel.shift(timedelta(hours=1))
            accounts.valid.clear()
            async with TaskGroup() as tasks:
                for _ in range(5):
                    tasks.create_task(argocd.list_applications())
    assert len(accounts.given) == 2


async def test_a_change_refused_for_its_token_is_sent_again_with_a_new_one(stub: Stub) -> None:
    accounts = Accounts(stub, SystemClock())
    with time_machine.travel("2026-11-23T12:00:00Z", tick=True) as travel:
        async with client(stub.url, PASSWORD) as argocd:
            await argocd.list_applications()
            travel.shift(timedelta(hours=1))
            accounts.valid.clear()
            await argocd.sync(REF, infos={})
    assert argocd.requests["sync"] == 2  # the first was refused before anything was done


async def test_a_session_is_renewed_before_it_ends(stub: Stub) -> None:
    accounts = Accounts(stub, SystemClock())
    with time_machine.travel("2026-11-23T12:00:00Z", tick=True) as travel:
        async with client(stub.url, PASSWORD) as argocd:
            await argocd.list_applications()
            travel.shift(timedelta(hours=23, minutes=54))
            await argocd.list_applications()
            assert len(accounts.given) == 1
            travel.shift(timedelta(minutes=2))
            await argocd.list_applications()
    assert len(accounts.given) == 2
    assert argocd.requests["list"] == 3


async def test_a_renewal_that_fails_leaves_the_token_that_still_works(stub: Stub) -> None:
    Accounts(stub, SystemClock())
    with time_machine.travel("2026-11-23T12:00:00Z", tick=True) as travel:
        async with client(stub.url, PASSWORD) as argocd:
            await argocd.list_applications()
            travel.shift(timedelta(hours=23, minutes=56))
            stub.reply("POST", SESSION, refuses(503, 14, "away"))
            await argocd.list_applications()
            await argocd.list_applications()
    assert argocd.requests == {"session": 2, "list": 3}


async def test_a_fixed_token_that_is_refused_is_said_at_once(stub: Stub, argocd: ArgoCD) -> None:
    stub.reply("GET", LIST, refuses(401, 16, "invalid session"))
    with pytest.raises(Unauthorized, match="invalid session"):
        await argocd.list_applications()
    assert argocd.requests == {"list": 1}


async def test_a_wrong_password_is_not_tried_until_the_account_is_locked(stub: Stub) -> None:
    stub.reply("POST", SESSION, refuses(401, 16, "Invalid username or password"))
    with time_machine.travel("2026-11-23T12:00:00Z", tick=True) as travel:
        async with client(stub.url, PASSWORD) as argocd:
            for _ in range(10):
                with pytest.raises(Unauthorized, match="Invalid username or password"):
                    await argocd.list_applications()
            assert argocd.requests == {"session": 1}
            travel.shift(timedelta(minutes=2))
            with pytest.raises(Unauthorized):
                await argocd.list_applications()
    assert argocd.requests == {"session": 2}


async def test_a_server_that_refuses_its_own_new_tokens_is_not_hammered(stub: Stub) -> None:
    accounts = Accounts(stub, SystemClock())
    async with client(stub.url, PASSWORD) as argocd:
        await argocd.list_applications()
        accounts.valid.clear()
        for _ in range(3):
            with pytest.raises(Unauthorized):
                await argocd.list_applications()
    assert argocd.requests["session"] == 1


async def test_no_credentials_at_all_are_named(stub: Stub) -> None:
    async with client(stub.url, Credentials()) as argocd:
        with pytest.raises(Unauthorized, match="No token and no user name"):
            await argocd.list_applications()


async def test_a_login_page_in_the_way_is_no_session(stub: Stub) -> None:
    stub.reply("POST", SESSION, shows("<title>Sign in</title>"))
    async with client(stub.url, PASSWORD) as argocd:
        with pytest.raises(BadAnswer, match="web page"):
            await argocd.list_applications()


def test_credentials_never_show_themselves() -> None:
    shown = repr(Credentials(token="t0ken", username="shipmate", password="hunter2"))
    assert "t0ken" not in shown
    assert "hunter2" not in shown
