"""How long the bot takes from its start to ready, beside importing the same libraries."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from bot.sandbox.process import BotProcess
from bot.sandbox.world import world
from integrations.clock import SystemClock

_LIBRARIES = (
    "aiohttp.web",
    "httpx",
    "prometheus_client",
    "pydantic_settings",
    "ruamel.yaml",
    "slack_bolt.async_app",
    "sqlite_utils",
    "structlog",
    "uvloop",
)
_ROUNDS = 5
_IDLE_SECONDS = 10.0


@dataclass(frozen=True)
class Start:
    """Seconds of each pair, and the resident memory of an idle bot in megabytes."""

    ready: list[float]
    imports: list[float]
    rss_mb: float

    @property
    def ratio(self) -> float:
        """Start to ready over the imports alone: the median of pairs."""
        return median(ours / alone for ours, alone in zip(self.ready, self.imports, strict=True))


async def measure(directory: Path) -> Start:
    """Start the bot and the imports in turn; the last bot idles before its memory is read."""
    ready: list[float] = []
    imports: list[float] = []
    rss = 0.0
    async with world(directory, SystemClock()) as everything:
        for last in (False,) * (_ROUNDS - 1) + (True,):
            imports.append(await _imports())
            bot = BotProcess(everything.environment(), everything.clock, directory / "bot.log")
            began = perf_counter()
            await bot.start()
            ready.append(perf_counter() - began)
            if last:
                await asyncio.sleep(_IDLE_SECONDS)
                rss = _resident_mb(bot.pid)
            await bot.stop()
    return Start(ready, imports, rss)


async def _imports() -> float:
    began = perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", f"import {', '.join(_LIBRARIES)}"
    )
    if await process.wait():
        raise RuntimeError("The libraries could not be imported.")
    return perf_counter() - began


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("The kernel does not tell the bot's memory.")
