"""How long to wait before trying again: longer each time, and never in step with others."""

from __future__ import annotations

import random
from collections.abc import Callable


class Backoff:
    """Waits that double from `first` to at most `longest` seconds.

    Each is cut by up to a half at random, so that clients which lost the same server do not
    come back together. `dice` gives numbers from 0 to 1.
    """

    def __init__(
        self,
        first: float,
        longest: float,
        dice: Callable[[], float] = random.random,
    ) -> None:
        self._first = first
        self._longest = longest
        self._dice = dice
        self._next = first

    def next(self) -> float:
        """The seconds to wait this time."""
        wait = self._next
        self._next = min(self._longest, wait * 2)
        return wait * (1 - self._dice() / 2)

    def reset(self) -> None:
        """Begin from `first` again: it went well."""
        self._next = self._first
