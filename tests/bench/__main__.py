"""`make bench`: measure everything beside its baseline, print it, and write bench.json."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import ack, calls, start, waves

_TARGETS = {
    "ack_p50_ratio": ("≤", 0.25),
    "ack_rps_ratio": ("≥", 1.5),
    "waves_ratio": ("≤", 1.10),
    "argocd_calls_per_app_minute_27": ("≤", 2.0),
    "argocd_calls_per_app_minute_1000": ("≤", 2.0),
    "ready_ratio": ("≤", 2.0),
    "idle_rss_mb": ("≤", 120.0),
}


async def measure(place: Path) -> tuple[dict[str, float], ack.Acks]:
    """Every figure by its name in bench.json."""
    folders = {name: place / name for name in ("start", "ack", "calls", "waves")}
    for folder in folders.values():
        folder.mkdir()
    began = await start.measure(folders["start"])
    acks = await ack.measure(folders["ack"])
    few, many = await calls.both(folders["calls"])
    path = await waves.measure(folders["waves"])
    ours_alone, ours_crowd = acks.typical(ack.OURS, ack.ALONE), acks.typical(ack.OURS, ack.CROWD)
    bare_alone, bare_crowd = acks.typical("default", ack.ALONE), acks.typical("default", ack.CROWD)
    figures = {
        "ack_p50_ratio": acks.p50_ratio,
        "ack_p50_ms": ours_alone[0],
        "ack_p50_ms_baseline": bare_alone[0],
        "ack_rps_ratio": acks.rps_ratio,
        "ack_rps": ours_crowd[2],
        "ack_rps_baseline": bare_crowd[2],
        "waves_ratio": path.ratio,
        "waves_seconds": path.seconds,
        "waves_critical_seconds": path.critical_seconds,
        "argocd_calls_per_app_minute_27": few.per_app_minute,
        "argocd_calls_per_app_minute_1000": many.per_app_minute,
        "ready_ratio": began.ratio,
        "ready_seconds": sorted(began.ready)[len(began.ready) // 2],
        "idle_rss_mb": began.rss_mb,
    }
    return figures, acks


def show(figures: dict[str, float], acks: ack.Acks) -> None:
    """The tables."""
    console = Console()
    summary = Table("figure", "measured", "wanted", "")
    for name, value in figures.items():
        sign, target = _TARGETS.get(name, ("", 0.0))
        met = (value <= target) if sign == "≤" else (value >= target)
        mark = "" if not sign else "met" if met else "MISSED"
        summary.add_row(name, f"{value:,.3f}", f"{sign} {target:g}" if sign else "", mark)
    console.print(summary)
    servers = Table("server", "p50 ms, 1", "p99 ms, 1", "acks/s, 16", "p50 ms, 16", "p99 ms, 16")
    for name, cells in ack.rows(acks).items():
        servers.add_row(name, *cells)
    console.print(servers)


def main() -> None:
    """Measure, print, write."""
    with tempfile.TemporaryDirectory(prefix="shipmate-bench-") as place:
        figures, acks = asyncio.run(measure(Path(place)))
    show(figures, acks)
    written = {name: round(value, 4) for name, value in figures.items()}
    machine = {
        "python": platform.python_version(),
        "cores": os.cpu_count() or 0,
        "load_average": round(os.getloadavg()[0], 2),
    }
    Path("bench.json").write_text(json.dumps({**written, **machine}, indent=2) + "\n")
    sys.stdout.write("Written to bench.json.\n")


if __name__ == "__main__":
    main()
