"""What a person can ask for: one file per command, listed here in help order."""

from __future__ import annotations
