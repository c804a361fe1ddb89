"""The record as a file alone, for a shell beside it that has no bot to ask."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RecordFile:
    """Stands where the store stands in a bot. `head` is not known: the file is all there is."""

    path: Path
    head: tuple[int, str] = (0, "")
