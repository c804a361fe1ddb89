"""What one check found, and what to do about it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

from integrations.errors import (
    BadAnswer,
    Forbidden,
    NotFound,
    RateLimited,
    Unauthorized,
    Unreachable,
    UpstreamError,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one system. `fix` says what to do, "" where all is well."""

    system: str
    state: Literal["ok", "warning", "fault"]
    says: str
    fix: str = ""


Findings = AsyncIterator[Finding]


async def guarded(system: str, findings: Findings, variables: str) -> Findings:
    """The findings, and one fault more where the system itself failed.

    `variables` names the settings to look at, such as "ARGOCD_SERVER".
    """
    try:
        async for finding in findings:
            yield finding
    except UpstreamError as error:
        yield Finding(system, "fault", error.summary, _fix(error, variables))


def _fix(error: UpstreamError, variables: str) -> str:
    match error:
        case Unauthorized():
            return f"Its credentials are not accepted: look at {variables}."
        case Forbidden():
            return f"The account of {variables} lacks a permission for this."
        case NotFound():
            return f"Look at {variables}: there is nothing of that name, or it is hidden from us."
        case Unreachable():
            return f"Is it running, and reachable from here? Look at {variables} and the proxy."
        case RateLimited():
            return f"Try again in {error.retry_after:.0f} s."
        case BadAnswer():
            return f"Does {variables} point at the right system, with the right path?"
        case _:
            return f"Look at {variables}."
