"""The figures, beside what is promised of them: as a table and as bench.json."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parents[2] / "bench.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure and its promise: at most `most`, at least `least`, or nothing at all."""

    name: str
    value: float
    most: float | None = None
    least: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether the promise is kept; a figure without one keeps it."""
        if self.most is not None and self.value > self.most:
            return False
        return self.least is None or self.value >= self.least

    @property
    def promise(self) -> str:
        """What it may be, "" where nothing is promised."""
        if self.most is not None:
            return f"≤ {self.most:g}"
        return f"≥ {self.least:g}" if self.least is not None else ""


def show(figures: Sequence[Figure], console: Console) -> None:
    """Print what was measured beside what was promised."""
    table = Table("figure", "measured", "promised", "")
    for figure in figures:
        met = "met" if figure.is_met else "[bold]MISSED[/]"
        mark = met if figure.promise else ""
        table.add_row(figure.name, f"{figure.value:,.3f}", figure.promise, mark)
    console.print(table)


def write(figures: Sequence[Figure], machine: Mapping[str, float | str]) -> None:
    """One flat object: the figures, and what they were measured on."""
    measured = {figure.name: round(figure.value, 4) for figure in figures}
    RESULTS.write_text(json.dumps({**measured, **machine}, indent=2) + "\n")
