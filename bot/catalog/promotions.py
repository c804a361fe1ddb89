"""Where an environment's images come from, and what must hold before they may move on."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from bot.catalog.words import Entry, Name


class Promotion(Entry):
    """An environment takes over what runs in `source` (`from` in the file).

    It must have run there Healthy for `soak_minutes`; where `require_contained`, its commit must
    be on this environment's branch. With `require_run` nothing is deployed here that never ran
    there Healthy; unset, that holds where approvals are needed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)

    source: Name = Field(alias="from")
    soak_minutes: float = Field(default=0, ge=0, le=60 * 24 * 90)
    require_contained: bool = False
    require_run: bool | None = None
