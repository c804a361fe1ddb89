"""Auto-sync is switched off and on again without touching anything else of an application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.argocd import SandboxArgoCD
from integrations.argocd import wire
from integrations.argocd.model import ApplicationRef
from integrations.argocd.ownership import owner_of, switches_back
from integrations.argocd.policy import AutoSync, Owner
from integrations.errors import Forbidden, Unreachable
from tests.integrations.argocd.places import Place, sandbox
from tests.integrations.argocd.samples import application

DEV = ApplicationRef("link-app-dev", "argocd", "link")


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[tuple[SandboxArgoCD, Place]]:
    async with sandbox(tmp_path) as here:
        yield here


@pytest.mark.parametrize("server", ["today's", "before v3.1"])
async def test_it_is_switched_off_and_given_back_as_it_was(
    here: tuple[SandboxArgoCD, Place], server: str
) -> None:
    argo, place = here
    argo.forget_enabled(yes=server == "before v3.1")
    before = (await place.argocd.get(DEV)).automated
    assert before == AutoSync(self_heal=True)
    app = await place.argocd.set_auto_sync(DEV, before.off)
    assert not app.auto_sync
    assert not (await place.argocd.get(DEV)).auto_sync
    assert (app.automated == before.off) is (server == "today's")
    assert (await place.argocd.set_auto_sync(DEV, before)).automated == before
    assert (await place.argocd.get(DEV)).automated == before


async def test_with_it_off_the_way_back_is_open_and_holds(
    here: tuple[SandboxArgoCD, Place],
) -> None:
    argo, place = here
    await place.argocd.set_auto_sync(DEV, AutoSync(enabled=False))
    app = await place.argocd.get(DEV)
    earlier = app.history[0]
    assert earlier.revision != app.sync_revisions[0]
    await place.argocd.rollback(DEV, earlier.id)
    state = argo.application(DEV.name)
    await argo.until(lambda: state.operation is None and state.health == "Healthy")
    argo.resync([DEV.name])
    await argo.until(lambda: state.sync == "OutOfSync")
    await place.clock.sleep(20)
    found = await place.argocd.get(DEV)
    assert found.state is not None
    assert found.state.revisions == (earlier.revision,)


async def test_it_can_be_taken_away_altogether(here: tuple[SandboxArgoCD, Place]) -> None:
    _, place = here
    assert (await place.argocd.set_auto_sync(DEV, None)).automated is None


async def test_it_needs_the_right_to_update(here: tuple[SandboxArgoCD, Place]) -> None:
    argo, place = here
    argo.deny(DEV.name, "update")
    with pytest.raises(Forbidden, match="update"):
        await place.argocd.set_auto_sync(DEV, None)


async def test_a_lost_answer_leaves_it_unknown_and_the_world_tells(
    here: tuple[SandboxArgoCD, Place],
) -> None:
    argo, place = here
    argo.lose_answer("patch")
    with pytest.raises(Unreachable) as caught:
        await place.argocd.set_auto_sync(DEV, AutoSync(enabled=False))
    assert caught.value.changed == "unknown"
    assert not (await place.argocd.get(DEV)).auto_sync


@pytest.mark.parametrize("kind", ["ApplicationSet", "Application"])
async def test_an_owner_switches_it_back_on(here: tuple[SandboxArgoCD, Place], kind: str) -> None:
    argo, place = here
    argo.adopt(DEV.name, "link-apps", kind)
    app = await place.argocd.get(DEV)
    owner = owner_of(app, ())
    assert owner is not None
    assert (owner.kind, owner.name) == (kind, "link-apps")
    assert switches_back(owner, await place.argocd.list_applications())
    await place.argocd.set_auto_sync(DEV, AutoSync(enabled=False))
    state = argo.application(DEV.name)
    await argo.until(lambda: state.auto_sync, 60)


# -- who owns what ---------------------------------------------------------------------------------


def sample(name: str = DEV.name, **metadata: Any) -> dict[str, Any]:
    found = application(name)
    found["metadata"] |= metadata
    return found


def test_nobody_owns_an_application_that_people_wrote() -> None:
    app = wire.application(sample(ownerReferences=[{"kind": "ConfigMap", "name": "x"}]))
    assert owner_of(app, [app]) is None


def test_a_tracking_id_that_was_copied_along_says_nothing() -> None:
    copied = {"argocd.argoproj.io/tracking-id": "apps:argoproj.io/Application:argocd/another"}
    assert wire.application(sample(annotations=copied)).owner is None
    own = {"argocd.argoproj.io/tracking-id": f"team_apps:argoproj.io/Application:argocd/{DEV.name}"}
    found = wire.application(sample(annotations=own)).owner
    assert found == Owner("Application", "apps", "team")


def test_where_labels_track_the_parent_s_objects_tell() -> None:
    parent = sample("apps")
    parent["status"]["resources"] = [
        {"kind": "Application", "group": "argoproj.io", "name": DEV.name, "namespace": "argocd"}
    ]
    app, above = wire.application(sample()), wire.application(parent)
    owner = owner_of(app, [app, above])
    assert owner == Owner("Application", "apps", "argocd")
    assert not switches_back(owner, [above])  # it is synced by hand
    parent["spec"]["syncPolicy"] = {"automated": {}}
    assert switches_back(owner, [wire.application(parent)])
    assert switches_back(owner, [])  # nobody can see it
