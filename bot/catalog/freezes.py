"""Windows in which an environment freezes by itself, again and again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from bot.catalog.words import Entry, Zone
from bot.cron import Cron, Windows

_LENGTH = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,4})m)?", re.ASCII)
_LONGEST = timedelta(days=31)


class FreezeWindow(Entry):
    """From each time of the schedule, for so long, nothing starts there: `duration` is 90m, 60h
    or 1h30m, `cron` minute, hour, day, month and weekday on the clock of `time_zone`.
    """

    cron: str
    duration: str
    time_zone: Zone = "UTC"
    reason: str = Field(min_length=1, max_length=300)
    including_rollbacks: bool = False

    @field_validator("cron")
    @classmethod
    def _is_a_schedule(cls, text: str) -> str:
        try:
            Cron(text, ZoneInfo("UTC"))
        except ValueError as error:
            raise ValueError(f"a schedule such as 0 18 * * 5 ({error})") from None
        return text

    @field_validator("duration")
    @classmethod
    def _is_a_length(cls, text: str) -> str:
        if not timedelta() < _length(text) <= _LONGEST:
            raise ValueError("a length such as 90m, 60h or 1h30m, 31 days at most")
        return text

    @model_validator(mode="after")
    def _begins_and_ends(self) -> FreezeWindow:
        if self._cron.next_from(datetime(2024, 1, 1, tzinfo=UTC)) is None:
            raise ValueError("a cron that names a day which exists")
        if not self._windows.leave_a_gap:
            raise ValueError("a shorter duration: these windows leave no time between them")
        return self

    def until(self, now: datetime) -> datetime | None:
        """When it opens again (UTC), None where it is open now."""
        return self._windows.until(now)

    @cached_property
    def _cron(self) -> Cron:
        return Cron(self.cron, ZoneInfo(self.time_zone))

    @cached_property
    def _windows(self) -> Windows:
        return Windows(self._cron, _length(self.duration))


def _length(text: str) -> timedelta:
    found = _LENGTH.fullmatch(text)
    if found is None:
        return timedelta()
    return timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0))
