"""The words a catalog is written in, and what every part of it is."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")]
"""A DNS subdomain, as Kubernetes names are."""

Channel = Annotated[str, StringConstraints(pattern=r"^(#[^\s#@]{1,80}|[CG][A-Z0-9]{6,})$")]
"""A channel's name with "#", or its ID."""

Subject = Annotated[
    str,
    StringConstraints(
        pattern=r"^(members|schedule|slack:[UW][A-Z0-9]+|group:[A-Za-z0-9._-]+"
        r"|team:[A-Za-z0-9-]+/[A-Za-z0-9._-]+|ci:[A-Za-z0-9-]+/[A-Za-z0-9._-]+)$"
    ),
]
"""Who a grant is for."""

EVERYWHERE = "everywhere"


def _is_a_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise ValueError("a time zone of the tz database, such as Europe/Berlin") from None
    return name


Zone = Annotated[str, AfterValidator(_is_a_zone)]
"""A time zone's name."""


class Entry(BaseModel):
    """A frozen part of the catalog file; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")
