"""kill -9 at any moment: the chain is whole and nothing acknowledged is lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from bot.store import Store, StoreLocked
from integrations.clock import SystemClock

ROOT = Path(__file__).parents[3]


def _appender(database: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("appender.py")), str(database)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def _killed_after(process: subprocess.Popen[str], answers: int) -> list[str]:
    """What the process said in all, when it is killed after so many answers."""
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(answers)]
    process.kill()
    said += process.stdout.readlines()
    process.stdout.close()
    process.wait()
    return [line for line in said if line.endswith("\n")]


@pytest.mark.parametrize("seed", range(3))
async def test_what_was_acknowledged_before_the_kill_is_there_after_it(
    database: Path, seed: int
) -> None:
    dice = random.Random(seed)
    acknowledged: list[list[str]] = []
    for _ in range(2):
        said = _killed_after(_appender(database), dice.randint(1, 400))
        acknowledged += [line.split() for line in said]

    store = Store.open(database, SystemClock())
    chain = await store.verify()
    assert chain.is_whole, chain.why
    there = {(e.stream, str(e.version), e.hash) for e in await store.read_all()}
    assert {(stream, version, seal) for stream, version, seal, _ in acknowledged} <= there
    assert not [key for *_, key in acknowledged if store.remember(key, 10)]
    await store.close()


async def test_a_second_process_learns_who_holds_the_database(database: Path) -> None:
    process = _appender(database)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        with pytest.raises(StoreLocked, match=f"in use by process {process.pid} on ") as locked:
            Store.open(database, SystemClock())
        assert locked.value.pid == str(process.pid)
    finally:
        _killed_after(process, 0)

    await Store.open(database, SystemClock()).close()  # free as soon as its holder is dead
