"""Giving promoted images their tags: in the sandbox's registry, and in Debian's real one."""

from __future__ import annotations

import pytest

from bot.deployments.plan import ImageChange
from bot.deployments.releases.promoting import tag_all
from bot.errors import Conflict
from bot.sandbox.registry import build
from integrations.errors import Unauthorized
from integrations.registry import Credentials, TagTaken
from tests.bot.deployments.services import services
from tests.integrations.registry.places import Place, behind, client
from tests.integrations.registry.pushing import push

NEW = "v20261125-1111111"
SERVICES = ("user-svc", "chat-svc")


async def pushed(place: Place) -> list[ImageChange]:
    """Two services' images, as sha-1111111, and the changes that promote them."""
    changes = []
    for service in SERVICES:
        digest = await push(
            place.registry, f"link/{service}", build(service, "1" * 40), "sha-1111111"
        )
        image = f"ghcr.io/link/{service}"
        changes.append(
            ImageChange(
                service=service, image=image, file="k.yaml", before="v0", after=NEW, digest=digest
            )
        )
    return changes


async def test_every_image_gets_its_tag_and_a_second_time_nothing_changes(place: Place) -> None:
    there, changes = services(registry=place.registry), await pushed(place)

    for _ in range(2):
        await tag_all(there, changes)

    for change in changes:
        assert await place.registry.digest(change.image, NEW) == change.digest
        assert await place.registry.digest(change.image, "sha-1111111") == change.digest


async def test_a_tag_that_somebody_else_took_is_never_moved(place: Place) -> None:
    there, changes = services(registry=place.registry), await pushed(place)
    taken = await push(place.registry, "link/user-svc", build("user-svc", "2" * 40), NEW)

    with pytest.raises((TagTaken, Conflict)) as caught:
        await tag_all(there, changes)

    assert "exists already and is another image" in str(caught.value)
    assert await place.registry.digest("ghcr.io/link/user-svc", NEW) == taken


@behind("basic", "bearer")
async def test_an_account_that_is_not_taken_gives_no_tag(place: Place) -> None:
    changes = await pushed(place)
    async with client(place.url, Credentials("shipmate", "wrong")) as registry:
        with pytest.raises(Unauthorized):
            await tag_all(services(registry=registry), changes)

    assert await place.registry.digest("ghcr.io/link/user-svc", NEW) is None


async def test_without_a_registry_there_is_nothing_to_give_tags_in() -> None:
    with pytest.raises(Conflict, match="No registry is configured"):
        await tag_all(services(), [])
