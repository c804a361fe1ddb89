"""What tripped over a bug of ours while it was rendered: it holds up no other, and comes again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.guarded import stumbled
from integrations.backoff import Backoff
from integrations.clock import Clock

_FIRST_PAUSE = 15.0
_LONGEST_PAUSE = 600.0


class Again:
    """Keeps what failed by its key, until it goes well; each time round it waits longer."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pauses = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE)
        self._failed: dict[str, Callable[[], None]] = {}
        self._due = clock.now()

    def attempt(self, key: str, owe: Callable[[], None]) -> None:
        """Now; where that trips, once more later. A later attempt under a key replaces it."""
        try:
            owe()
        except Exception as error:  # noqa: BLE001 - it is logged with its trace
            stumbled("cards", error, about=key)
            self._failed[key] = owe
        else:
            self._failed.pop(key, None)

    def tick(self) -> None:
        """Attempt what has failed, where that is due."""
        if not self._failed:
            self._pauses.reset()
        elif self._clock.now() >= self._due:
            for key, owe in list(self._failed.items()):
                self.attempt(key, owe)
            self._due = self._clock.now() + timedelta(seconds=self._pauses.next())
