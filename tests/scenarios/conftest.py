"""Stories are told on loops whose time leaps, except those of real processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import pytest

from tests.leaping import LeapingLoop


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """A leaping loop; the machine's own time where the test says so."""
    if item.get_closest_marker("real_time"):
        return {"real": asyncio.SelectorEventLoop}
    return {"leaping": LeapingLoop}
