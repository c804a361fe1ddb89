"""How an environment's changes are approved, and when its people work."""

from __future__ import annotations

from datetime import time
from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from bot.catalog.words import Entry, Subject, Zone

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class QuorumEntry(Entry):
    """So many of the approvals must come from this subject."""

    of: Subject
    at_least: int = Field(default=1, ge=1, le=10)


class ApprovalRule(Entry):
    """How many approvals, from whom, and for how long they are waited for.

    `expires_hours` are hours of working time. `backup` is reminded when the approvers stay
    silent. `authors_may` lets people approve changes that they wrote.
    """

    needed: int = Field(default=1, ge=1, le=10)
    quorum: tuple[QuorumEntry, ...] = ()
    expires_hours: float = Field(default=4, gt=0, le=400)
    start_within_minutes: float = Field(default=15, gt=0, le=1440)
    backup: tuple[Subject, ...] = ()
    authors_may: bool = False

    @model_validator(mode="after")
    def _is_reachable(self) -> ApprovalRule:
        if sum(each.at_least for each in self.quorum) > self.needed:
            raise ValueError("needed must be at least the sum of the quorum's at_least")
        return self


class WorkingHours(Entry):
    """The days and hours in which approvals are expected, on one time zone's clock."""

    days: Annotated[tuple[str, ...], Field(min_length=1)] = _DAYS[:5]
    begin: time = time(9)
    end: time = time(18)
    time_zone: Zone = "UTC"

    @field_validator("days")
    @classmethod
    def _known(cls, days: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [day for day in days if day not in _DAYS]
        if wrong:
            raise ValueError(f"days are {', '.join(_DAYS)}; not {wrong[0]}")
        return days

    @model_validator(mode="after")
    def _has_hours(self) -> WorkingHours:
        if self.end <= self.begin:
            raise ValueError("end must be later than begin")
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        """The clock."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def weekdays(self) -> tuple[int, ...]:
        """The days as numbers, 0 for Monday."""
        return tuple(_DAYS.index(day) for day in self.days)
