"""What every test may ask for."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import hypothesis
import pytest

# Examples share their cores with everything else that runs: a slow one is not a failure.
hypothesis.settings.register_profile("shipmate", deadline=None)
hypothesis.settings.load_profile("shipmate")

# No setting of whoever runs the tests changes what git does in them, nor is one needed.
os.environ["GIT_CONFIG_GLOBAL"] = os.devnull
os.environ["GIT_CONFIG_NOSYSTEM"] = "1"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After any shuffling: first what needs a browser, which then begins once and for one worker,
    then the long ones, so that none begins when all others are done.
    """
    items.sort(key=lambda item: not _has(item, "crash", "slow"))
    items.sort(key=lambda item: not _has(item, "browser"))


def pytest_collection_finish() -> None:
    """Whatever was imported and collected stays: the collector of garbage looks past it from now
    on, and less often, for a story makes much and leaves little.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)


def _has(item: pytest.Item, *markers: str) -> bool:
    return any(item.get_closest_marker(name) for name in markers)


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
