"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

# Examples share their cores with everything else that runs: a slow one is not a failure.
hypothesis.settings.register_profile("shipmate", deadline=None)
hypothesis.settings.load_profile("shipmate")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, after any shuffling: none begins when all others are done."""
    long = ("crash", "slow")
    items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in long))


@pytest.fixture(scope="session")
def contracts() -> Path:
    """The folder of official schemas, where the machine has one."""
    named = os.environ.get("CONTRACTS_DIR", "")
    if not named:
        pytest.skip("CONTRACTS_DIR is not set: the official schemas are not here")
    folder = Path(named)
    if not folder.is_dir():
        pytest.skip(f"CONTRACTS_DIR names {folder}, which is not a folder")
    return folder
