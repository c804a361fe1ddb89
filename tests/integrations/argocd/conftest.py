from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from integrations.argocd.client import ArgoCD
from tests.integrations.argocd.stub import Stub, client, running


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    stub = Stub()
    async with running(stub):
        yield stub


@pytest.fixture
async def argocd(stub: Stub) -> AsyncIterator[ArgoCD]:
    async with client(stub.url) as argocd:
        yield argocd
