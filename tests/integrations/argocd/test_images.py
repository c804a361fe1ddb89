"""Which images really run: asked of the sandbox's pods, and read from awkward ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox.argocd import SandboxArgoCD
from bot.sandbox.argocd.cluster.live import Trouble, made_up_digest
from integrations.argocd.details import ResourceNode
from integrations.argocd.model import Health, ResourceRef
from integrations.argocd.objects import (
    RunningImage,
    digest_in,
    name_of,
    pinned,
    pods_to_ask,
    running,
)
from tests.integrations.argocd.places import Place, sandbox

IMAGE = "ghcr.io/link/user-svc"
OTHER = "ghcr.io/link/chat-svc"
DIGEST = f"sha256:{'a' * 64}"
STAGING = "link-app-staging"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[tuple[SandboxArgoCD, Place]]:
    async with sandbox(tmp_path) as here:
        yield here


async def settled(argo: SandboxArgoCD) -> None:
    app = argo.application(STAGING)
    await argo.until(lambda: app.operation is None and app.health == "Healthy")


async def test_pods_tell_the_digest_that_was_pulled_for_them(
    here: tuple[SandboxArgoCD, Place],
) -> None:
    _, place = here
    found = await place.argocd.running_images(place.ref, {IMAGE, OTHER})
    assert {one.name for one in found} == {IMAGE, OTHER}
    assert all(one.digest == made_up_digest(one.image) and one.ready for one in found)
    assert {one.container for one in found} == {"user-svc", "chat-svc"}


async def test_few_requests_are_enough(here: tuple[SandboxArgoCD, Place]) -> None:
    _, place = here
    before = place.argocd.requests.total()
    await place.argocd.running_images(place.ref, {IMAGE})
    assert place.argocd.requests.total() - before == 3  # the tree, the oldest and the newest pod


async def test_a_tag_that_moved_is_seen_in_pods_that_began_later(
    here: tuple[SandboxArgoCD, Place],
) -> None:
    argo, place = here
    (before,) = {one.digest for one in await place.argocd.running_images(place.ref, {IMAGE})}
    argo.simulation.switches.pull = lambda _: DIGEST
    assert {one.digest for one in await place.argocd.running_images(place.ref, {IMAGE})} == {before}
    path = f"{place.url}/api/v1/applications/{STAGING}/resource/actions/v2"
    body = {"kind": "Deployment", "group": "apps", "resourceName": "user-svc", "action": "restart"}
    headers = {"Authorization": f"Bearer {argo.token}"}
    async with httpx.AsyncClient(headers=headers, trust_env=False) as client:
        (await client.post(path, json=body)).raise_for_status()
    both = {one.digest for one in await place.argocd.running_images(place.ref, {IMAGE})}
    assert before in both
    await argo.until(lambda: argo.application(STAGING).health == "Progressing")
    await settled(argo)
    assert {one.digest for one in await place.argocd.running_images(place.ref, {IMAGE})} == {DIGEST}


async def test_a_pod_that_cannot_pull_has_no_digest_and_is_not_ready(
    here: tuple[SandboxArgoCD, Place],
) -> None:
    argo, place = here
    workload = argo.application(STAGING)
    live = next(one for one in workload.live.values() if one.image.startswith(IMAGE))
    argo.degrade(STAGING, workload="user-svc")
    assert live.rollout is not None
    live.rollout = type(live.rollout)(live.rollout.started, 4, 6, trouble=Trouble.IMAGE_PULL)
    found = await place.argocd.running_images(place.ref, {IMAGE})
    assert found
    assert all((one.digest, one.ready) == ("", False) for one in found)


async def test_a_digest_in_the_template_needs_no_pod(here: tuple[SandboxArgoCD, Place]) -> None:
    argo, place = here
    for live in argo.application(STAGING).live.values():
        if live.image.startswith(IMAGE):
            pinned_image = f"{live.image}@{DIGEST}"
            live.generation = argo.simulation.generation(pinned_image, 1, live.created_at)
    before = place.argocd.requests["resource"]
    found = await place.argocd.running_images(place.ref, {IMAGE})
    assert {one.digest for one in found} == {DIGEST}
    assert place.argocd.requests["resource"] == before


# -- awkward pods ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        (f"{IMAGE}@{DIGEST}", DIGEST),
        (f"docker-pullable://{IMAGE}@{DIGEST}", DIGEST),
        (f"{IMAGE}:sha-1@{DIGEST}", DIGEST),
        (DIGEST, ""),  # loaded by hand: the id of its configuration
        (f"docker://{DIGEST}", ""),
        (f"{IMAGE}:sha-1", ""),
        ("", ""),
    ],
)
def test_an_image_id_names_a_digest_only_behind_a_name(text: str, digest: str) -> None:
    assert digest_in(text) == digest


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        (f"{IMAGE}:sha-1", IMAGE),
        (f"{IMAGE}@{DIGEST}", IMAGE),
        (f"{IMAGE}:sha-1@{DIGEST}", IMAGE),
        ("localhost:5000/link/user-svc", "localhost:5000/link/user-svc"),
        ("localhost:5000/link/user-svc:v1", "localhost:5000/link/user-svc"),
        ("redis", "redis"),
    ],
)
def test_a_port_is_no_tag(reference: str, name: str) -> None:
    assert name_of(reference) == name


def pod(name: str, image: str, *, age: int | None = 0, owner: str = "set") -> ResourceNode:
    at = None if age is None else datetime(2026, 1, 2, tzinfo=UTC) - timedelta(hours=age)
    parents = (ResourceRef("ReplicaSet", owner),)
    ref = ResourceRef("Pod", name)
    return ResourceNode(ref, parents, Health.HEALTHY, images=(image, "proxy:1"), created_at=at)


def test_the_oldest_and_the_newest_pod_of_each_owner_are_asked() -> None:
    nodes = [
        *(pod(f"a-{age}", f"{IMAGE}:1", age=age) for age in (3, 1, 2)),
        pod("b", f"{IMAGE}:2", owner="other"),
        pod("c", f"{OTHER}:2", owner="elsewhere"),
        *(pod(f"d-{number}", f"{IMAGE}:3", age=None, owner="ageless") for number in range(3)),
    ]
    asked = [node.ref.name for node in pods_to_ask(nodes, {IMAGE})]
    assert asked == ["a-3", "a-1", "b", "d-0", "d-2"]


def test_a_pod_is_pinned_only_when_every_wanted_image_is() -> None:
    assert pinned(pod("a", f"{IMAGE}:1"), {IMAGE}) == []
    (found,) = pinned(pod("a", f"{IMAGE}:1@{DIGEST}"), {IMAGE})
    assert (found.digest, found.ready, found.name) == (DIGEST, True, IMAGE)


def test_statuses_are_matched_by_container_not_by_place_or_image() -> None:
    manifest: dict[str, Any] = {
        "spec": {
            "containers": [
                {"name": "user-svc", "image": f"{IMAGE}:1"},
                {"name": "a-proxy", "image": "proxy:1"},
                {"name": "late", "image": "late:1"},
            ]
        },
        "status": {
            "containerStatuses": [
                {"name": "a-proxy", "image": "docker.io/proxy:1", "imageID": f"proxy@{DIGEST}"},
                {"name": "user-svc", "image": DIGEST, "imageID": DIGEST, "ready": True},
            ]
        },
    }
    ref = ResourceRef("Pod", "user-svc-0")
    assert running(ref, manifest) == [
        RunningImage(ref, "user-svc", f"{IMAGE}:1", "", ready=True),
        RunningImage(ref, "a-proxy", "proxy:1", DIGEST),
        RunningImage(ref, "late", "late:1"),
    ]
    assert running(ref, {}) == []
