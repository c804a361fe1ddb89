"""A copy of the database that is whole, checked and in one file, taken while it is in use."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.store.chain import Chain, verify


class BackupBroken(Exception):
    """The copy does not verify; the target was left as it was."""


def back_up(database: Path, to: Path) -> Chain:
    """Copy `database` to the file `to`, replacing it only by a copy that verifies.

    Works beside a running bot and needs no lock. Blocks: run it in a thread. Raises OSError,
    sqlite3.Error or BackupBroken.
    """
    if to.exists() and to.samefile(database):
        raise BackupBroken(f"{to} is the database itself")
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL, 0o600))
        chain = _copy(database, part)
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    _sync(to.parent)
    return chain


def _copy(database: Path, part: Path) -> Chain:
    with (
        closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(part)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # one file, not three
        chain = verify(target)
    if not chain.is_whole:
        raise BackupBroken(f"The copy is not whole: {chain.why}")
    _sync(part)
    return chain


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
