from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.registry.signing import Signer, signer
from tests.integrations.registry.places import PLACES, USUAL_LOGINS, Place, debian, sandbox


@pytest.fixture(scope="session")
def token_signer(tmp_path_factory: pytest.TempPathFactory) -> Signer | None:
    return signer(tmp_path_factory.mktemp("signer"))


@pytest.fixture(
    params=[(place, login) for place in PLACES for login in USUAL_LOGINS],
    ids="-".join,
)
async def place(
    request: pytest.FixtureRequest, tmp_path: Path, token_signer: Signer | None
) -> AsyncIterator[Place]:
    where, login = request.param
    async with (
        sandbox(login) if where == "sandbox" else debian(login, tmp_path, token_signer) as there
    ):
        yield there
