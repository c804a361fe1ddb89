"""The lock that lets one process own a database, and names the owner to everyone else."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from datetime import datetime
from pathlib import Path

from bot.errors import SettingsError


class StoreLocked(SettingsError):
    """Another process holds the database. `pid`, `host` and `since` are "?" where unreadable."""

    def __init__(self, database: Path, *, pid: str, host: str, since: str) -> None:
        super().__init__(
            f"{database} is in use by process {pid} on {host}, since {since}. "
            "Stop that process first; one shipmate serves one database."
        )
        self.pid = pid
        self.host = host
        self.since = since


class DatabaseLock:
    """An OS lock on `<database>.lock`: free the moment its holder dies, however it dies."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, database: Path, now: datetime) -> DatabaseLock:
        """Take the lock at once, or raise StoreLocked. The file stays; only the lock comes and goes."""
        path = database.with_name(database.name + ".lock")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if isinstance(error, BlockingIOError):
                raise _locked(database, path) from None
            raise
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, _holder(now), 0)
        return cls(descriptor)

    def release(self) -> None:
        """Give the lock back. Safe to call twice."""
        if self._descriptor >= 0:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = -1


def _holder(now: datetime) -> bytes:
    holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": now.isoformat()}
    return json.dumps(holder).encode()


def _locked(database: Path, path: Path) -> StoreLocked:
    try:
        holder = json.loads(path.read_text())
    except (OSError, ValueError):
        holder = {}
    pid, host, since = (str(holder.get(name, "?")) for name in ("pid", "host", "since"))
    return StoreLocked(database, pid=pid, host=host, since=since)
