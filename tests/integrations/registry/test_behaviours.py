"""What the bot relies on in any registry: told to the sandbox's, and to Debian's real server.

Each without a login and with a token service in front; where it matters, with HTTP Basic too.
"""

from __future__ import annotations

import pytest

from bot.sandbox.registry import build
from integrations.errors import Forbidden, NotFound, Unauthorized
from integrations.registry import Credentials, TagTaken
from integrations.registry.model import DOCKER_LIST, OCI_INDEX, OCI_MANIFEST
from tests.integrations.registry.places import ACCOUNT, Place, behind, client
from tests.integrations.registry.pushing import as_docker, push, push_manifest

NAME = "link/user-svc"
IMAGE = f"ghcr.io/{NAME}"
BUILT = build("user-svc", "1" * 40)
OTHER = build("user-svc", "2" * 40)
UNKNOWN = f"sha256:{'0' * 64}"


@behind("none", "basic", "bearer")
async def test_it_answers(place: Place) -> None:
    await place.registry.ping()


async def test_a_tag_names_one_image_until_it_is_pushed_again(place: Place) -> None:
    assert await place.registry.digest(IMAGE, "sha-1111111") is None
    await push(place.registry, NAME, BUILT, "sha-1111111")
    assert await place.registry.digest(IMAGE, "sha-1111111") == BUILT.digest
    await push(place.registry, NAME, OTHER, "sha-1111111")
    assert await place.registry.digest(IMAGE, "sha-1111111") == OTHER.digest
    assert await place.registry.digest(IMAGE, "sha-2222222") is None


async def test_a_digest_names_itself_where_there_is_such_an_image(place: Place) -> None:
    await push(place.registry, NAME, BUILT)
    assert await place.registry.digest(IMAGE, BUILT.digest) == BUILT.digest
    assert await place.registry.digest(IMAGE, BUILT.manifest.digest) == BUILT.manifest.digest
    assert await place.registry.digest(IMAGE, UNKNOWN) is None


@behind("none", "basic", "bearer")
async def test_a_promoted_image_is_the_same_image_byte_for_byte(place: Place) -> None:
    await push(place.registry, NAME, BUILT, "sha-1111111")
    tag = "v20261123-1111111"
    assert await place.registry.retag(IMAGE, BUILT.digest, tag) == BUILT.digest
    for reference in (tag, "sha-1111111", BUILT.digest):
        manifest = await place.registry.manifest(IMAGE, reference)
        assert manifest.content == BUILT.index.content
        assert manifest.media_type == OCI_INDEX


async def test_an_image_can_be_promoted_by_its_tag(place: Place) -> None:
    await push(place.registry, NAME, BUILT, "sha-1111111")
    assert await place.registry.retag(IMAGE, "sha-1111111", "v1.0.0") == BUILT.digest
    assert await place.registry.digest(IMAGE, "v1.0.0") == BUILT.digest


async def test_images_of_one_platform_and_of_docker_can_be_promoted(place: Place) -> None:
    docker = as_docker(build("user-svc", "docker"))
    await push(place.registry, NAME, docker, "docker")
    await push(place.registry, NAME, BUILT)
    await push_manifest(place.registry, NAME, BUILT.manifest, "single")
    for source, media_type in (("docker", DOCKER_LIST), ("single", OCI_MANIFEST)):
        digest = await place.registry.retag(IMAGE, source, f"v1-{source}")
        assert digest == await place.registry.digest(IMAGE, source)
        assert (await place.registry.manifest(IMAGE, f"v1-{source}")).media_type == media_type


async def test_promoting_twice_is_promoting_once(place: Place) -> None:
    await push(place.registry, NAME, BUILT, "sha-1111111")
    first = await place.registry.retag(IMAGE, BUILT.digest, "v1.0.0")
    assert await place.registry.retag(IMAGE, BUILT.digest, "v1.0.0") == first


async def test_a_tag_of_another_image_is_never_taken(place: Place) -> None:
    await push(place.registry, NAME, BUILT, "sha-1111111")
    await push(place.registry, NAME, OTHER, "v1.0.0")
    with pytest.raises(TagTaken) as caught:
        await place.registry.retag(IMAGE, BUILT.digest, "v1.0.0")
    assert (caught.value.tag, caught.value.digest) == ("v1.0.0", OTHER.digest)
    assert await place.registry.digest(IMAGE, "v1.0.0") == OTHER.digest


async def test_what_is_not_there_cannot_be_promoted(place: Place) -> None:
    await push(place.registry, NAME, BUILT, "sha-1111111")
    with pytest.raises(NotFound, match=UNKNOWN):
        await place.registry.retag(IMAGE, UNKNOWN, "v1.0.0")
    assert await place.registry.digest(IMAGE, "v1.0.0") is None


async def test_all_tags_in_their_order(place: Place) -> None:
    with pytest.raises(NotFound, match=NAME):
        await place.registry.tags(IMAGE)
    await push(place.registry, NAME, BUILT, "v1.0.0", "latest", "sha-1111111")
    await push(place.registry, NAME, OTHER, "latest")
    assert await place.registry.tags(IMAGE) == ("latest", "sha-1111111", "v1.0.0")


async def test_every_repository_has_its_own_tags_and_its_own_token(place: Place) -> None:
    await push(place.registry, NAME, BUILT, "v1.0.0")
    await push(place.registry, "link/chat-svc", OTHER, "v1.0.0")
    assert await place.registry.digest(IMAGE, "v1.0.0") == BUILT.digest
    assert await place.registry.digest("ghcr.io/link/chat-svc", "v1.0.0") == OTHER.digest


@behind("basic", "bearer")
async def test_a_wrong_account_is_told_so(place: Place) -> None:
    await push(place.registry, NAME, BUILT, "v1.0.0")
    async with client(place.url, Credentials("shipmate", "wrong")) as stranger:
        for asked in (stranger.ping(), stranger.digest(IMAGE, "v1.0.0"), stranger.tags(IMAGE)):
            with pytest.raises(Unauthorized, match="does not accept our account"):
                await asked


@behind("basic", "bearer")
async def test_nobody_without_an_account_is_told_what_is_there(place: Place) -> None:
    await push(place.registry, NAME, BUILT, "v1.0.0")
    async with client(place.url, Credentials()) as anybody:
        for tag in ("v1.0.0", "v2.0.0"):
            with pytest.raises(Unauthorized, match="REGISTRY_TOKEN"):
                await anybody.digest(IMAGE, tag)


@behind("bearer")  # only a token says what its account may do
async def test_an_account_that_may_only_read_cannot_promote(place: Place) -> None:
    assert place.issuer is not None
    await push(place.registry, NAME, BUILT, "sha-1111111")
    place.issuer.may_push = False
    async with client(place.url, ACCOUNT) as reader:
        assert await reader.digest(IMAGE, "sha-1111111") == BUILT.digest
        with pytest.raises(Forbidden, match="may not write link/user-svc:v1"):
            await reader.retag(IMAGE, BUILT.digest, "v1")
        assert await reader.digest(IMAGE, "v1") is None


@behind("none", "basic", "bearer")
async def test_an_account_that_may_write_is_known_and_nothing_is_left_behind(place: Place) -> None:
    await place.registry.check_push(IMAGE)
    assert await place.registry.digest(IMAGE, "latest") is None


@behind("basic", "bearer")
async def test_an_account_that_may_not_write_is_known_before_anything_is_promoted(
    place: Place,
) -> None:
    async with client(place.url, Credentials("shipmate", "wrong")) as registry:
        with pytest.raises((Unauthorized, Forbidden)):
            await registry.check_push(IMAGE)
