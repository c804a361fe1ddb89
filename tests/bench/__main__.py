"""`make bench`: measure everything beside its baseline, print it, and write bench.json.

Names of parts after it (`python -m tests.bench ack`) measure only those and write nothing.
"""

from __future__ import annotations

import asyncio
import os
import platform
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median

from rich.console import Console

from tests.bench import access, ack, approve, calls, figures, proving, start, waves
from tests.bench.figures import Figure

console = Console()

Part = Callable[[Path], Awaitable[list[Figure]]]
"""Measures in an empty folder of its own."""


async def _start(folder: Path) -> list[Figure]:
    began = await start.measure(folder)
    return [
        Figure("ready_ratio", began.ratio, most=2.0),
        Figure("ready_seconds", median(began.ready)),
        Figure("idle_rss_mb", began.rss_mb, most=120.0),
    ]


async def _ack(folder: Path) -> list[Figure]:
    acks = await ack.measure(folder)
    console.print(ack.table(acks))
    ours, bare = ack.OURS, "default"
    return [
        Figure("ack_p50_ratio", acks.p50_ratio, most=0.25),
        Figure("ack_p50_ms", acks.typical(ours, ack.ALONE).p50_ms),
        Figure("ack_p50_ms_baseline", acks.typical(bare, ack.ALONE).p50_ms),
        Figure("ack_rps_ratio", acks.rps_ratio, least=1.5),
        Figure("ack_rps", acks.typical(ours, ack.CROWD).rps),
        Figure("ack_rps_baseline", acks.typical(bare, ack.CROWD).rps),
        Figure("ack_cpu_ms", acks.typical(ours, ack.CROWD).cpu_ms),
        Figure("ack_cpu_ms_baseline", acks.typical(bare, ack.CROWD).cpu_ms),
    ]


async def _access(folder: Path) -> list[Figure]:
    decided = await access.measure(folder)
    return [
        Figure("access_ratio", decided.ratio, most=50.0),
        Figure("access_ns", median(decided.decision)),
        Figure("access_ns_baseline", median(decided.lookup)),
    ]


async def _calls(folder: Path) -> list[Figure]:
    few, many = await calls.both(folder)
    return [
        Figure("argocd_calls_per_app_minute_27", few.per_app_minute, most=2.0),
        Figure("argocd_calls_per_app_minute_1000", many.per_app_minute, most=2.0),
    ]


async def _waves(folder: Path) -> list[Figure]:
    path = await waves.measure(folder)
    return [
        Figure("waves_ratio", path.ratio, most=1.10),
        Figure("waves_seconds", path.seconds),
        Figure("waves_critical_seconds", path.critical_seconds),
    ]


async def _approve(folder: Path) -> list[Figure]:
    measured = await approve.measure(folder)
    return [
        Figure("approve_overhead_ratio", measured.ratio, most=2.0),
        Figure("approve_seconds", median(measured.ours)),
        Figure("approve_seconds_baseline", median(measured.bare)),
    ]


async def _audit(folder: Path) -> list[Figure]:
    proved = await proving.measure(folder)
    return [
        Figure("audit_ratio", proved.ratio, most=5.0),
        Figure("audit_seconds", median(proved.verifying)),
        Figure("audit_seconds_baseline", median(proved.hashing)),
        Figure("audit_megabytes", proved.megabytes),
    ]


PARTS: dict[str, Part] = {
    "start": _start,
    "ack": _ack,
    "audit": _audit,
    "access": _access,
    "calls": _calls,
    "waves": _waves,
    "approve": _approve,
}
"""In the order in which they are measured; the first find the machine at its quietest."""


async def measure(names: Sequence[str]) -> list[Figure]:
    """The figures of these parts."""
    found = []
    with tempfile.TemporaryDirectory(prefix="shipmate-bench-") as place:
        for name in names:
            console.print(f"Measuring {name} …")
            folder = Path(place, name)
            folder.mkdir()
            found += await PARTS[name](folder)
    return found


def main(names: Sequence[str]) -> None:
    """Measure, print, and write what is whole."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        sys.exit(f"There is no part {', '.join(unknown)}. The parts: {', '.join(PARTS)}.")
    machine = _machine()
    found = asyncio.run(measure(names or tuple(PARTS)))
    figures.show(found, console)
    if not names:
        figures.write(found, machine)
        console.print("Written to bench.json.")


def _machine() -> dict[str, float | str]:
    """What it is, and what others had it do before."""
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count() or 0,
        "load_average": round(os.getloadavg()[0], 2),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
