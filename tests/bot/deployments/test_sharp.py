"""What a sync deletes or replaces is named object by object."""

from __future__ import annotations

import pytest

from bot.deployments.events import SyncTarget
from bot.deployments.sharp import sharp
from integrations.argocd.model import Application, ResourceRef, ResourceStatus

APP = Application(
    "api-gateway",
    resources=(
        ResourceStatus(ResourceRef("Service", "api")),
        ResourceStatus(ResourceRef("ConfigMap", "old"), requires_pruning=True),
        ResourceStatus(ResourceRef("Deployment", "api")),
    ),
)


@pytest.mark.parametrize(
    ("switches", "objects"),
    [
        ({}, ()),
        ({"prune": True}, ("--prune ConfigMap/old",)),
        ({"force": True}, ("--force Deployment/api", "--force Service/api")),
        (
            {"force": True, "resource": "Deployment/api"},
            ("--resource Deployment/api", "--force Deployment/api"),
        ),
        ({"resource": "Deployment/api"}, ("--resource Deployment/api",)),
        ({"prune": True, "dry_run": True}, ()),
    ],
)
def test_each_switch_names_what_it_concerns(
    switches: dict[str, object], objects: tuple[str, ...]
) -> None:
    words = {"words": "api-gateway", "applications": ("api-gateway",), **switches}
    assert sharp(SyncTarget.model_validate(words), [APP]) == objects


def test_a_prune_of_nothing_is_a_prune_all_the_same() -> None:
    asked = SyncTarget(words="a", applications=("a",), prune=True)
    assert sharp(asked, [Application("a")]) == ("--prune",)
