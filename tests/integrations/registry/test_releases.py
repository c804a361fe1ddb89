"""What a plan learns of its images: asked of the sandbox's registry, and of Debian's real one."""

from __future__ import annotations

import pytest

from bot.deployments.events import WantedImage
from bot.deployments.plan import ImageChange
from bot.deployments.releases.release import Release
from bot.deployments.releases.releasing import identified
from bot.sandbox.registry import build
from integrations.errors import Unauthorized
from integrations.registry import Credentials
from tests.bot.deployments.services import services
from tests.integrations.registry.places import Place, behind, client
from tests.integrations.registry.pushing import push

BUILT = build("user-svc", "1" * 40)
OTHER = build("user-svc", "2" * 40)
TAG = "sha-1111111"


def change(tag: str = TAG) -> ImageChange:
    image = "ghcr.io/link/user-svc"
    return ImageChange(service="user-svc", image=image, file="k.yaml", before="sha-0", after=tag)


def wanted(digest: str, tag: str) -> tuple[WantedImage, ...]:
    return (WantedImage(service="user-svc", tag=tag, digest=digest),)


async def test_a_tag_that_is_there_gives_the_change_its_digest(place: Place) -> None:
    await push(place.registry, "link/user-svc", BUILT, TAG)
    there = services(registry=place.registry)

    changes, release = await identified(there, [change()], (), makes_tags=False)

    assert [each.digest for each in changes] == [BUILT.digest]
    assert release == Release()


async def test_a_tag_that_is_not_there_is_absent(place: Place) -> None:
    there = services(registry=place.registry)

    changes, release = await identified(there, [change()], (), makes_tags=False)

    assert release == Release(absent=(f"user-svc:{TAG}",))
    assert [each.digest for each in changes] == [""]


async def test_a_promoted_digest_needs_no_tag_yet(place: Place) -> None:
    await push(place.registry, "link/user-svc", BUILT, TAG)
    there, new = services(registry=place.registry), "v20261123-1111111"
    meant = wanted(BUILT.digest, new)

    changes, release = await identified(there, [change(new)], meant, makes_tags=True)

    assert [each.digest for each in changes] == [BUILT.digest]
    assert release == Release()


async def test_a_promoted_digest_that_the_registry_lost_is_absent(place: Place) -> None:
    await push(place.registry, "link/user-svc", OTHER, TAG)
    there, new = services(registry=place.registry), "v20261123-1111111"

    _, release = await identified(there, [change(new)], wanted(BUILT.digest, new), makes_tags=True)

    assert release == Release(absent=(f"user-svc@{BUILT.digest[:19]}",))


@pytest.mark.parametrize("makes_tags", [True, False])
async def test_a_tag_that_names_another_image_is_taken(place: Place, *, makes_tags: bool) -> None:
    await push(place.registry, "link/user-svc", BUILT)
    await push(place.registry, "link/user-svc", OTHER, TAG)
    there = services(registry=place.registry)

    changes, release = await identified(
        there, [change()], wanted(BUILT.digest, TAG), makes_tags=makes_tags
    )

    assert [each.digest for each in changes] == [BUILT.digest]
    assert release == Release(taken=(f"user-svc:{TAG}",))


async def test_without_a_registry_nothing_is_known_and_nothing_lacking() -> None:
    changes, release = await identified(services(), [change()], (), makes_tags=False)

    assert ([each.digest for each in changes], release) == ([""], Release())


@behind("basic", "bearer")
async def test_an_account_that_is_not_taken_is_said_at_once(place: Place) -> None:
    async with client(place.url, Credentials("shipmate", "wrong")) as registry:
        with pytest.raises(Unauthorized) as caught:
            await identified(services(registry=registry), [change()], (), makes_tags=False)

    assert "REGISTRY_TOKEN" in caught.value.summary
