"""What the client makes of a registry that is away, busy, broken, or something else entirely."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.sandbox.registry import SandboxRegistry, build
from integrations.errors import (
    BadAnswer,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorized,
    Unreachable,
    UpstreamError,
)
from integrations.registry import Registry
from integrations.registry.model import OCI_INDEX
from tests.integrations.registry.hand_clock import HandClock
from tests.integrations.registry.places import client
from tests.integrations.registry.stub import stub

IMAGE = "ghcr.io/link/user-svc"
TAG = "sha-1111111"
PUT = "PUT /v2/link/user-svc/manifests/v1.0.0"


@pytest.fixture
def there() -> SandboxRegistry:
    there = SandboxRegistry(HandClock())
    there.add_image(TAG)
    return there


@pytest.fixture
async def registry(there: SandboxRegistry) -> AsyncIterator[Registry]:
    async with (
        TestServer(there.app()) as server,
        client(str(server.make_url("/")), clock=there.clock) as registry,
    ):
        yield registry


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, Unauthorized), (403, Forbidden), (429, RateLimited), (500, BadAnswer), (503, BadAnswer)],
)
async def test_each_refusal_is_named_for_what_it_is(
    there: SandboxRegistry, registry: Registry, status: int, error: type[UpstreamError]
) -> None:
    there.faults.fail(status, times=9)
    with pytest.raises(error) as caught:
        await registry.digest(IMAGE, TAG)
    assert caught.value.service == "Registry"
    assert caught.value.changed == "no"


async def test_a_missing_image_is_no_error_until_it_is_needed(
    there: SandboxRegistry, registry: Registry
) -> None:
    assert await registry.digest(IMAGE, "sha-2222222") is None
    with pytest.raises(NotFound, match="link/user-svc:sha-2222222"):
        await registry.manifest(IMAGE, "sha-2222222")


async def test_nothing_is_sent_while_the_registry_wants_to_be_left_alone(
    there: SandboxRegistry, registry: Registry
) -> None:
    there.faults.rate_limit(seconds=30)
    began = there.clock.now()
    for _ in range(3):
        with pytest.raises(RateLimited) as caught:
            await registry.digest(IMAGE, TAG)
        assert 0 < caught.value.retry_after <= 30
    assert len(there.calls) == 1
    assert there.clock.now() == began
    await there.clock.sleep(31)
    assert await registry.digest(IMAGE, TAG) == there.digest(IMAGE, TAG)


@pytest.mark.parametrize("told", ["99999999999999", "9" * 400, "soon", "-1"])
async def test_no_pause_is_longer_than_an_hour(told: str) -> None:
    def answer(_: web.Request) -> web.Response:
        return web.json_response({}, status=429, headers={"Retry-After": told})

    async with stub(answer) as there, client(there.url) as registry:
        with pytest.raises(RateLimited) as caught:
            await registry.digest(IMAGE, TAG)
        assert 1 <= caught.value.retry_after <= 3600


async def test_a_short_failure_is_never_noticed(there: SandboxRegistry, registry: Registry) -> None:
    there.faults.fail(502, times=2)
    assert await registry.digest(IMAGE, TAG) == there.digest(IMAGE, TAG)


async def test_a_registry_that_is_away_is_said_to_be(
    there: SandboxRegistry, registry: Registry
) -> None:
    there.faults.cut_off()
    with pytest.raises(Unreachable) as caught:
        await registry.digest(IMAGE, TAG)
    assert caught.value.transient
    there.faults.restore()
    await registry.ping()


async def test_an_old_registry_that_names_no_digest_is_asked_for_the_image_itself(
    there: SandboxRegistry, registry: Registry
) -> None:
    there.faults.without_digests = True
    assert await registry.digest(IMAGE, TAG) == there.digest(IMAGE, TAG)
    assert await registry.digest(IMAGE, "sha-2222222") is None


async def test_an_old_registry_that_takes_no_head_is_asked_with_get() -> None:
    image = build("user-svc", TAG)

    def answer(request: web.Request) -> web.Response:
        if request.method == "HEAD":
            return web.Response(status=405)
        return web.Response(body=image.index.content, headers={"Content-Type": OCI_INDEX})

    async with stub(answer) as there, client(there.url) as registry:
        assert await registry.digest(IMAGE, TAG) == image.digest


# -- retag -----------------------------------------------------------------------------------------


async def test_an_answer_that_was_lost_is_looked_up_and_not_sent_again(
    there: SandboxRegistry, registry: Registry
) -> None:
    there.faults.lose_answer()
    assert await registry.retag(IMAGE, TAG, "v1.0.0") == there.digest(IMAGE, "v1.0.0")
    assert there.requests[PUT] == 1


async def test_what_is_done_already_is_not_sent_again(
    there: SandboxRegistry, registry: Registry
) -> None:
    for _ in range(3):
        await registry.retag(IMAGE, TAG, "v1.0.0")
    assert there.requests[PUT] == 1


async def test_a_failure_in_the_middle_leaves_it_open_what_was_done() -> None:
    image = build("user-svc", TAG)

    def answer(request: web.Request) -> web.Response:
        if request.method == "PUT":
            return web.json_response({}, status=500)
        if request.path.endswith("v1.0.0"):
            missing = {"errors": [{"code": "MANIFEST_UNKNOWN"}]}
            return web.json_response(missing, status=404)
        return web.Response(body=image.index.content, headers={"Content-Type": OCI_INDEX})

    async with stub(answer) as there, client(there.url) as registry:
        with pytest.raises(BadAnswer) as caught:
            await registry.retag(IMAGE, TAG, "v1.0.0")
        assert caught.value.changed == "unknown"
        assert [request.method for request in there.heard].count("PUT") == 1


async def test_a_registry_that_keeps_tags_as_they_are_says_so(
    there: SandboxRegistry, registry: Registry
) -> None:
    there.storage.repositories["link/user-svc"].blobs.clear()
    there.storage.repositories["link/user-svc"].manifests.pop(
        build("user-svc", TAG).manifest.digest
    )
    with pytest.raises(
        Rejected, match=r"write link/user-svc:v1\.0\.0 with 400: blob unknown"
    ) as caught:
        await registry.retag(IMAGE, TAG, "v1.0.0")
    assert caught.value.changed == "no"


async def test_a_manifest_under_a_false_name_is_not_taken_for_the_image() -> None:
    def answer(_: web.Request) -> web.Response:
        return web.Response(body=b"{}", headers={"Content-Type": OCI_INDEX})

    async with stub(answer) as there, client(there.url, clock=HandClock()) as registry:
        with pytest.raises(BadAnswer, match="not the one it names"):
            await registry.retag(IMAGE, f"sha256:{'a' * 64}", "v1.0.0")
        assert {request.method for request in there.heard} == {"GET"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/html", "Docker-Content-Digest": f"sha256:{'b' * 64}"},
        {"Content-Type": OCI_INDEX, "Docker-Content-Digest": f"sha256:{'b' * 64}"},
        {"Content-Type": OCI_INDEX, "Docker-Content-Digest": "sha512:b"},
    ],
)
async def test_a_header_that_cannot_be_believed_is_not(headers: dict[str, str]) -> None:
    image = build("user-svc", TAG)

    def answer(request: web.Request) -> web.Response:
        if request.method == "HEAD":
            return web.Response(headers=headers)
        return web.Response(body=image.index.content, headers={"Content-Type": OCI_INDEX})

    async with stub(answer) as there, client(there.url) as registry:
        assert await registry.digest(IMAGE, image.digest) == image.digest


# -- something else answers ------------------------------------------------------------------------


def html(status: int) -> Callable[[web.Request], web.Response]:
    return lambda _: web.Response(status=status, text="<html>", content_type="text/html")


@pytest.mark.parametrize(
    "answer",
    [
        html(200),
        html(404),
        html(502),
        lambda _: web.Response(body=b"x" * 5_000_000, headers={"Content-Type": OCI_INDEX}),
        lambda _: web.Response(body=b"junk", headers={"Content-Encoding": "gzip"}),
        lambda _: web.json_response({"tags": "v1"}),
        lambda _: web.json_response([]),
    ],
)
async def test_a_stranger_in_its_place_is_never_taken_for_the_registry(
    answer: Callable[[web.Request], web.Response],
) -> None:
    async with stub(answer) as there, client(there.url, clock=HandClock()) as registry:
        with pytest.raises(BadAnswer):
            await registry.digest(IMAGE, TAG)
        with pytest.raises(BadAnswer):
            await registry.tags(IMAGE)


async def test_a_page_that_sends_us_elsewhere_is_not_followed() -> None:
    def answer(_: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": "http://localhost:1/"})

    async with stub(answer) as there, client(there.url) as registry:
        with pytest.raises(Rejected, match="elsewhere"):
            await registry.digest(IMAGE, TAG)


# -- the list of tags ------------------------------------------------------------------------------


async def test_a_long_list_is_read_to_its_end(there: SandboxRegistry, registry: Registry) -> None:
    there.faults.page = 3
    for number in range(7):
        there.add_image(f"v{number}.0.0", services=["user-svc"])
    assert await registry.tags(IMAGE) == (TAG, *(f"v{number}.0.0" for number in range(7)))
    assert there.requests["GET /v2/link/user-svc/tags/list"] == 3


@pytest.mark.parametrize(
    "to", ["http://localhost:1/v2/x?last=v1", "?last=v1", "//localhost:1/?last=v1"]
)
async def test_a_list_that_never_ends_is_left_and_never_leads_away(to: str) -> None:
    def answer(_: web.Request) -> web.Response:
        headers = {"Link": f'<{to}>; rel="next"'}
        return web.json_response({"tags": ["v1", None, 7]}, headers=headers)

    async with stub(answer) as there, client(there.url) as registry:
        assert await registry.tags(IMAGE) == ("v1",)
        assert [request.path for request in there.heard] == ["/v2/link/user-svc/tags/list"] * 2


async def test_a_repository_without_tags_has_none() -> None:
    def answer(_: web.Request) -> web.Response:
        return web.json_response({"name": "link/user-svc", "tags": None})

    async with stub(answer) as there, client(there.url) as registry:
        assert await registry.tags(IMAGE) == ()
