"""What the catalog was seen to grant, at a moment (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.catalog import Catalog


class SeenGrant(BaseModel):
    """One grant, as the catalog had it."""

    model_config = ConfigDict(frozen=True)

    to: tuple[str, ...]
    may: tuple[str, ...]
    scopes: tuple[str, ...]


class GrantsSeen(BaseModel):
    """The catalog grants something else than before. `github_logins` are by Slack user ID."""

    model_config = ConfigDict(frozen=True)

    type: Literal["GrantsSeen"] = "GrantsSeen"
    at: datetime
    grants: tuple[SeenGrant, ...]
    environments: tuple[str, ...]
    github_logins: Mapping[str, str]
    decides_after_hours: float

    def says_as(self, other: GrantsSeen) -> bool:
        """Whether both grant the same."""
        return self.model_copy(update={"at": other.at}) == other


def seen_in(catalog: Catalog, at: datetime) -> GrantsSeen:
    """What the catalog grants."""
    return GrantsSeen(
        at=at,
        grants=tuple(
            SeenGrant(to=grant.to, may=tuple(each.value for each in grant.may), scopes=grant.scopes)
            for grant in catalog.granted
        ),
        environments=tuple(each.name for each in catalog.environments),
        github_logins=catalog.github_logins,
        decides_after_hours=catalog.decides_after_hours,
    )


def read_event(stored: object) -> GrantsSeen:
    """An event from its stored JSON value. Raises pydantic.ValidationError on anything else."""
    return GrantsSeen.model_validate(stored)
