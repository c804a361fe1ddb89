"""Who gets our credentials, and how long a token is used."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.sandbox.registry import SandboxRegistry
from integrations.errors import BadAnswer, Unauthorized
from integrations.groups import TaskGroup
from integrations.http import http_client
from integrations.registry import Credentials, ForeignRealm, Registry
from integrations.registry.model import OCI_INDEX
from tests.integrations.registry.hand_clock import HandClock
from tests.integrations.registry.places import ACCOUNT, client
from tests.integrations.registry.stub import Stub, stub, token_wanted

IMAGE = "ghcr.io/link/user-svc"
TAG = "sha-1111111"
DIGEST = f"sha256:{'a' * 64}"


@pytest.fixture
def there() -> SandboxRegistry:
    there = SandboxRegistry(HandClock(), username=ACCOUNT.username, token=ACCOUNT.token)
    there.add_image(TAG)
    return there


@pytest.fixture
async def registry(there: SandboxRegistry) -> AsyncIterator[Registry]:
    async with (
        TestServer(there.app()) as server,
        client(str(server.make_url("/")), clock=there.clock) as registry,
    ):
        yield registry


# -- tokens ----------------------------------------------------------------------------------------


async def test_a_token_is_used_again(there: SandboxRegistry, registry: Registry) -> None:
    for _ in range(3):
        assert await registry.digest(IMAGE, TAG) == there.digest(IMAGE, TAG)
    assert len(there.issuer.issued) == 1
    assert len([call for call in there.calls if call.status == 401]) == 1


async def test_a_token_is_renewed_before_it_ends(
    there: SandboxRegistry, registry: Registry
) -> None:
    there.issuer.seconds = 120
    await registry.digest(IMAGE, TAG)
    await there.clock.sleep(116)
    assert await registry.digest(IMAGE, TAG) is not None
    assert len(there.issuer.issued) == 2


async def test_a_token_that_ended_early_is_replaced(
    there: SandboxRegistry, registry: Registry
) -> None:
    await registry.digest(IMAGE, TAG)
    there.issuer.expire()
    assert await registry.digest(IMAGE, TAG) is not None
    assert len(there.issuer.issued) == 2


async def test_an_account_without_tokens_is_asked_for_once_and_refused_once() -> None:
    there = SandboxRegistry(HandClock(), username="ada", token="right", login="basic")
    there.add_image(TAG)
    async with TestServer(there.app()) as server:
        url = str(server.make_url("/"))
        async with client(url, Credentials("ada", "right")) as registry:
            for _ in range(2):
                assert await registry.digest(IMAGE, TAG) == there.digest(IMAGE, TAG)
        assert [call.status for call in there.calls] == [401, 200, 200]
        there.calls.clear()
        async with client(url, Credentials("ada", "wrong")) as registry:
            for _ in range(2):
                with pytest.raises(Unauthorized):
                    await registry.digest(IMAGE, TAG)
        assert len(there.calls) == 3


async def test_requests_at_once_share_a_token(there: SandboxRegistry, registry: Registry) -> None:
    async with TaskGroup() as tasks:
        for _ in range(6):
            tasks.create_task(registry.digest(IMAGE, TAG), name="digest")
    assert len(there.issuer.issued) == 1


async def test_only_writing_asks_for_a_token_that_may_write(
    there: SandboxRegistry, registry: Registry
) -> None:
    await registry.retag(IMAGE, TAG, "v1.0.0")
    asked = [{action for _, action in grant.actions} for grant in there.issuer.issued]
    assert asked == [{"pull"}, {"pull", "push"}]


# -- credentials -----------------------------------------------------------------------------------


def opens_to(token: str, realm: Stub | None = None) -> Stub:
    """A registry that wants `token`, from the realm of another server."""

    def answer(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {token}":
            return token_wanted(f"{realm.url}/token" if realm else "")
        headers = {"Docker-Content-Digest": DIGEST, "Content-Type": OCI_INDEX}
        return web.Response(headers=headers)

    return Stub(answer)


def elsewhere(url: str) -> str:
    """The same server under the name of another host."""
    return url.replace("127.0.0.1", "localhost")


async def test_the_registry_itself_never_sees_the_credentials_behind_a_token() -> None:
    async with (
        stub(lambda _: web.json_response({"access_token": "t0ken"})) as realm,
        stub(opens_to("t0ken", realm).answer) as there,
        client(there.url) as registry,
    ):
        assert await registry.digest(IMAGE, TAG) == DIGEST
        assert there.authorizations == ["", "Bearer t0ken"]
        assert realm.authorizations == [ACCOUNT.basic]
        assert realm.heard[0].query_string == "service=r&scope=repository:link/user-svc:pull"


async def test_a_realm_on_a_foreign_host_gets_nothing() -> None:
    async with stub(lambda _: web.json_response({"token": "t0ken"})) as stranger:
        stranger.url = elsewhere(stranger.url)
        async with (
            stub(opens_to("t0ken", stranger).answer) as there,
            client(there.url) as registry,
        ):
            with pytest.raises(ForeignRealm, match=r"at localhost, .*nothing was sent"):
                await registry.digest(IMAGE, TAG)
            with pytest.raises(ForeignRealm):
                await registry.retag(IMAGE, DIGEST, "v1.0.0")
            assert stranger.heard == []
            assert set(there.authorizations) == {""}


async def test_a_realm_on_a_host_that_was_named_gets_them() -> None:
    async with stub(lambda _: web.json_response({"token": "t0ken"})) as realm:
        realm.url = elsewhere(realm.url)
        async with (
            stub(opens_to("t0ken", realm).answer) as there,
            http_client(there.url) as http,
        ):
            registry = Registry(http, there.url, ACCOUNT, HandClock(), realm_hosts=["localhost"])
            assert await registry.digest(IMAGE, TAG) == DIGEST
        assert realm.authorizations == [ACCOUNT.basic]


async def test_a_realm_that_sends_us_on_is_not_followed() -> None:
    moved = web.HTTPFound("http://localhost:1/token")
    async with (
        stub(lambda _: web.Response(status=302, headers=moved.headers)) as realm,
        stub(opens_to("t0ken", realm).answer) as there,
        client(there.url) as registry,
    ):
        with pytest.raises(Exception, match="sends us elsewhere"):
            await registry.digest(IMAGE, TAG)


async def test_without_an_account_nothing_is_sent_at_all() -> None:
    async with (
        stub(lambda _: web.json_response({"token": "t0ken"})) as realm,
        stub(opens_to("t0ken", realm).answer) as there,
        client(there.url, Credentials()) as registry,
    ):
        assert await registry.digest(IMAGE, TAG) == DIGEST
        assert realm.authorizations == [""]


@pytest.mark.parametrize(
    "answer",
    [
        web.json_response,
        lambda: web.json_response({"token": ""}),
        lambda: web.json_response({"token": "two words"}),
        lambda: web.json_response({"token": ["t0ken"]}),
        lambda: web.json_response(["t0ken"]),
        lambda: web.Response(text="<html>", content_type="text/html"),
        lambda: web.json_response({"errors": [{"code": "NAME_UNKNOWN"}]}, status=404),
        lambda: web.json_response({}, status=503),
    ],
)
async def test_a_token_service_that_gives_no_token_says_nothing_about_the_image(
    answer: object,
) -> None:
    async with (
        stub(lambda _: answer()) as realm,  # type: ignore[operator]
        stub(opens_to("t0ken", realm).answer) as there,
        client(there.url, clock=HandClock()) as registry,
    ):
        with pytest.raises(BadAnswer):
            await registry.digest(IMAGE, TAG)


@pytest.mark.parametrize("seconds", ["soon", None, -1, 0, 1e999, 10**400, [60]])
async def test_an_end_that_makes_no_sense_is_a_minute_away(seconds: object) -> None:
    async with (
        stub(lambda _: web.json_response({"token": "t0ken", "expires_in": seconds})) as realm,
        stub(opens_to("t0ken", realm).answer) as there,
        client(there.url) as registry,
    ):
        await registry.digest(IMAGE, TAG)
        assert await registry.digest(IMAGE, TAG) == DIGEST
        assert len(realm.heard) == 1


@pytest.mark.parametrize("challenge", ["", "Negotiate", 'Digest realm="x"', "\x01"])
async def test_a_login_of_an_unknown_kind_is_refused(challenge: str) -> None:
    headers = {"WWW-Authenticate": challenge} if challenge.isprintable() else {}
    async with (
        stub(lambda _: web.json_response({}, status=401, headers=headers)) as there,
        client(there.url) as registry,
    ):
        with pytest.raises(Unauthorized, match="of a kind"):
            await registry.digest(IMAGE, TAG)
        assert there.authorizations == [""]


async def test_the_token_shows_in_no_description_of_the_account() -> None:
    assert ACCOUNT.token not in repr(ACCOUNT)
