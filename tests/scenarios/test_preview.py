"""A change of production is rendered before anybody approves it, and leaves no trace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.deployments.approvals.differences import FieldChange, Preview
from bot.deployments.approvals.preview import preview, sweep
from bot.sandbox.gitrepo import kustomization_path
from integrations.kustomization import set_tags
from tests.scenarios.story import Story, story

PRODUCTION = "link-app-production"
FILE = kustomization_path("production")
IMAGE = "ghcr.io/link/user-svc"
DIGEST = f"sha256:{'a' * 64}"


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Story]:
    async with story(tmp_path) as scene:
        yield scene


async def pinned(scene: Story) -> tuple[str, dict[str, str]]:
    """The base, and production's file with another tag and a digest of one service."""
    base = await scene.world.repository.head()
    text = await scene.world.repository.text(FILE, base)
    return base, {FILE: set_tags(text, {IMAGE: "v20260101-1234567"}, {IMAGE: DIGEST})}


async def previewed(scene: Story, key: str = "d-1") -> Preview:
    base, texts = await pinned(scene)
    return await preview(scene.services, key, texts, [PRODUCTION], base=base)


async def left(scene: Story) -> tuple[str, ...]:
    return await scene.services.gitops.previews.left()


async def test_one_image_is_the_only_difference(scene: Story) -> None:
    tags = await scene.world.repository.tags("production")
    head = await scene.world.repository.head()
    found = await previewed(scene)
    assert found.why_not == ""
    changed, hook = found.objects
    assert found.total == 2
    assert (changed.kind, changed.name, changed.change) == ("Deployment", "user-svc", "changed")
    assert changed.fields == (
        FieldChange(
            path="spec.template.spec.containers[user-svc].image",
            before=f"{IMAGE}:{tags['user-svc']}",
            after=f"{IMAGE}:v20260101-1234567@{DIGEST}",
        ),
    )
    assert (hook.kind, hook.name, hook.change) == ("Job", "db-migrate", "runs")
    assert await left(scene) == ()
    assert await scene.world.repository.head() == head
    assert scene.operations(PRODUCTION) == []


async def test_drift_in_the_cluster_is_told_along(scene: Story) -> None:
    argocd = scene.world.argocd
    argocd.drift(PRODUCTION, workload="chat-svc")
    await argocd.until(lambda: argocd.application(PRODUCTION).sync == "OutOfSync")
    found = await previewed(scene)
    drifted = next(one for one in found.objects if one.name == "chat-svc")
    assert FieldChange(path="spec.replicas", before="3", after="2") in drifted.fields


async def test_without_files_it_is_what_a_sync_would_do(scene: Story) -> None:
    argocd = scene.world.argocd
    argocd.remove_object(PRODUCTION, "ConfigMap", "link-config")
    await argocd.until(lambda: argocd.application(PRODUCTION).sync == "OutOfSync")
    base = await scene.world.repository.head()
    found = await preview(scene.services, "d-1", {}, [PRODUCTION], base=base)
    assert [(one.name, one.change) for one in found.objects] == [
        ("link-config", "added"),
        ("db-migrate", "runs"),
    ]


@pytest.mark.parametrize("away", ["git", "push", "argocd", "slow"])
async def test_what_cannot_be_previewed_says_why_and_leaves_nothing(
    scene: Story, away: str
) -> None:
    base, texts = await pinned(scene)
    await scene.services.gitops.fetch()
    world = scene.world
    match away:
        case "git":
            world.repository.take_away()
        case "push":
            world.repository.reject_pushes(message="Only branches may be pushed here.")
        case "argocd":
            world.argocd.deny(PRODUCTION, "get")
        case "slow":
            world.argocd.never_answer("manifests", times=5)
    found = await preview(scene.services, "d-1", texts, [PRODUCTION], base=base)
    assert (found.objects, found.total) == ((), 0)
    said = {"git": "Git", "push": "Only branches", "argocd": PRODUCTION, "slow": "too long"}
    assert said[away] in found.why_not
    world.repository.bring_back()
    world.repository.accept_pushes()
    assert await left(scene) == ()


async def test_an_application_that_no_commit_describes_is_not_previewed(scene: Story) -> None:
    base, texts = await pinned(scene)
    names = ["prometheus-stack", "loki-stack", "nowhere", PRODUCTION]
    found = await preview(scene.services, "d-1", texts, names, base=base)
    assert "prometheus-stack: it has several sources" in found.why_not
    assert "loki-stack: its manifests come from a chart" in found.why_not
    assert "nowhere: Argo CD does not list it" in found.why_not
    assert {one.application for one in found.objects} == {PRODUCTION}


async def test_the_next_start_removes_what_a_killed_bot_left(scene: Story) -> None:
    await scene.developer.types("/deploy staging")
    await (await scene.card()).ends("Succeeded")
    (deployment,) = scene.services.ledger.newest()
    _, texts = await pinned(scene)
    await scene.services.gitops.previews.push(deployment.id, texts)
    await scene.services.gitops.previews.push("of-another-bot", texts)
    await sweep(scene.services)
    assert await left(scene) == ("of-another-bot",)
    scene.world.repository.take_away()
    await sweep(scene.services)
