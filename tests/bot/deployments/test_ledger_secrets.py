"""A credential that somebody gives as a reason reaches neither the record nor anything after it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.deployments.deployment import Deployment
from bot.deployments.events import DeploymentEvent, DeploymentRequested, SyncTarget
from bot.deployments.ledger import Ledger
from bot.redaction import REDACTED
from bot.store import Store
from integrations.clock import SystemClock
from tests.bot.deployments.histories import DANA, T0
from tests.bot.store.planted import PLANTED


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store.open(tmp_path / "shipmate.db", SystemClock())
    yield opened
    await opened.close()


@pytest.mark.parametrize("secret", PLANTED)
async def test_what_is_told_and_committed_is_what_the_record_holds(
    store: Store, secret: str
) -> None:
    ledger = Ledger(store, SystemClock())
    heard: list[tuple[Deployment, DeploymentEvent]] = []
    ledger.listeners.append(lambda deployment, event: heard.append((deployment, event)))
    requested = DeploymentRequested(
        at=T0, id="d1", kind="sync", actor=DANA, applications=("link-app-staging",),
        channel="#deployments", reason=f"hurry {secret}",
        sync=SyncTarget(words=f"all {secret}", applications=("link-app-staging",)),
    )  # fmt: skip

    deployment = await ledger.request(requested)

    assert deployment.request.reason.startswith("hurry ")
    assert REDACTED in deployment.request.reason
    again = Ledger(store, SystemClock())
    await again.load()
    assert again.get("d1") == deployment == ledger.get("d1") == heard[0][0]
    assert heard[0][1] == deployment.request
    assert secret not in repr(await store.read_all()) + repr(deployment) + repr(heard)
