"""Doors for every story."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.doors.kit import Doors, open_doors


@pytest.fixture
async def doors(tmp_path: Path) -> AsyncIterator[Doors]:
    """The bot behind HTTP."""
    async with open_doors(tmp_path) as opened:
        yield opened


@pytest.fixture
async def sockets(tmp_path: Path) -> AsyncIterator[Doors]:
    """The bot behind Socket Mode."""
    async with open_doors(tmp_path, sockets=True) as opened:
        await opened.slack.until(lambda: opened.slack.sockets.connections == 2)
        yield opened
