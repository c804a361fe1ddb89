"""Checks of the bot's own record: whether it can be written, is whole, and who holds it."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from pathlib import Path

from bot.doctor.finding import Finding, Findings
from bot.store import verify_file

_SYSTEM = "Record"


async def record(database: Path) -> Findings:
    """The finding about the SQLite file, which may be in use or not there yet."""
    yield await asyncio.to_thread(_look, database)


def _look(database: Path) -> Finding:
    folder = database.absolute().parent
    if not os.access(folder, os.W_OK):
        return Finding(
            _SYSTEM,
            "fault",
            f"{folder} cannot be written.",
            "Give the bot's account the folder, or set SHIPMATE_DATABASE.",
        )
    if not database.exists():
        return Finding(_SYSTEM, "ok", f"{database} will be made at the first start.")
    try:
        chain = verify_file(database)
    except (OSError, sqlite3.Error) as error:
        return Finding(
            _SYSTEM,
            "fault",
            f"{database} cannot be read: {error}.",
            "Restore a backup, as README.md says under “Keep it running”.",
        )
    if chain.is_whole:
        return Finding(_SYSTEM, "ok", f"{database} holds {chain.events} events and is whole.")
    return Finding(
        _SYSTEM,
        "fault",
        f"{database} was changed outside of shipmate at event {chain.broken_at}: {chain.why}.",
        "Keep this file for the audit, and restore the newest backup, as README.md says under "
        "“Keep it running”.",
    )
