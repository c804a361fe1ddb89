from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import Store
from integrations.clock import SystemClock


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "shipmate.db"


@pytest.fixture
async def store(database: Path) -> AsyncIterator[Store]:
    opened = Store.open(database, SystemClock())
    yield opened
    await opened.close()
