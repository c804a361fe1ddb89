"""Which requests were seen, so that none runs twice."""

from __future__ import annotations

import heapq
from collections.abc import Iterable


class Seen:
    """Keys with an end, in memory. Times are seconds since 1970."""

    def __init__(self, keys: Iterable[tuple[str, float]]) -> None:
        self._expires: dict[str, float] = dict(keys)
        self._ends = [(end, key) for key, end in self._expires.items()]
        heapq.heapify(self._ends)

    def add(self, key: str, now: float, end: float) -> bool:
        """Whether the key is new, or new again because its earlier end has passed."""
        self._drop_expired(now)
        if key in self._expires:
            return False
        self._expires[key] = end
        heapq.heappush(self._ends, (end, key))
        return True

    def __len__(self) -> int:
        return len(self._expires)

    def _drop_expired(self, now: float) -> None:
        while self._ends and self._ends[0][0] <= now:
            _, key = heapq.heappop(self._ends)
            del self._expires[key]
