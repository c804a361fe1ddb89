"""README's table of what `make bench` measured, from bench.json."""

from __future__ import annotations

import json
from pathlib import Path

BENCH = Path(__file__).parent.parent / "bench.json"
ROWS = (
    (
        "a signed `/deploy` and its durable append, against a bare Bolt ack: p50 at 1 connection",
        "ack_p50_ratio",
        "≤ 0.25",
    ),
    ("the same, acks per second at 16 connections", "ack_rps_ratio", "≥ 1.5"),
    (
        "Approve click to Argo CD's sync request, against one bare fetch, commit, push and HTTP call",
        "approve_overhead_ratio",
        "≤ 2",
    ),
    (
        "an access decision with 5,000 people in 200 groups, against a dict look-up of the same facts",
        "access_ratio",
        "≤ 50",
    ),
    (
        "`audit verify` of 100,000 events, against hashing the same bytes",
        "audit_ratio",
        "≤ 5",
    ),
    ("`/sync all` against its critical path", "waves_ratio", "≤ 1.10"),
    (
        "Argo CD reads per application and minute in Progressing, 27 applications",
        "argocd_calls_per_app_minute_27",
        "≤ 2",
    ),
    ("the same with 1,000", "argocd_calls_per_app_minute_1000", "≤ 2"),
    ("start to ready, against importing the same libraries", "ready_ratio", "≤ 2"),
    ("memory of an idle bot", "idle_rss_mb", "≤ 120 MB"),
)
"""What is measured, its name in bench.json, and what is wanted of it."""


def figures_table() -> str:
    """Every figure that is promised, as it was measured last."""
    measured = json.loads(BENCH.read_text("utf-8"))
    rows = ["| figure | measured | wanted |", "|---|---|---|"]
    rows += [
        f"| {about} | {_shown(name, measured[name])} | {wanted} |" for about, name, wanted in ROWS
    ]
    return "\n".join(rows)


def _shown(name: str, value: float) -> str:
    number = f"{value:.2f}" if value < 10 else f"{value:.0f}"
    unit = (
        " \N{MULTIPLICATION SIGN}"
        if name.endswith("_ratio")
        else " MB"
        if name.endswith("_mb")
        else ""
    )
    return number + unit
