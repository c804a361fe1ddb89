"""What is shown of an application that has more objects than a message has room for."""

from __future__ import annotations

from bot.views import plain
from bot.views.application import resources
from integrations.argocd.model import Application, Health, ResourceRef, ResourceStatus, Sync


def test_of_many_objects_those_that_are_not_well_come_first() -> None:
    well = [
        ResourceStatus(ResourceRef("ConfigMap", f"c{n}"), Sync.SYNCED, None) for n in range(500)
    ]
    ill = ResourceStatus(ResourceRef("Deployment", "user-svc"), Sync.SYNCED, Health.DEGRADED)
    drifted = ResourceStatus(ResourceRef("Service", "user-svc"), Sync.OUT_OF_SYNC)
    app = Application("link-app-staging", resources=(*well, drifted, ill))

    lines = plain.lines(resources(app, [], ""))

    assert "Deployment/user-svc" in lines[1]
    assert "Service/user-svc" in lines[2]
    assert lines[-1] == "and 462 more"
