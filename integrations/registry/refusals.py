"""What the statuses of a registry mean for the caller."""

from __future__ import annotations

from datetime import datetime

import httpx

from integrations.errors import (
    BadAnswer,
    Changed,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorized,
    UpstreamError,
)
from integrations.http import retry_after
from integrations.registry.answer import Answer
from integrations.registry.errors import SERVICE

_PAUSE = 60.0
"""Seconds to stay away after a 429 that does not say how long."""
_LONGEST_PAUSE = 3600.0


def check(
    answer: Answer,
    now: datetime,
    subject: str,
    verb: str,
    *,
    with_account: bool,
    changed: Changed = "no",
) -> None:
    """Raise what any status but a 2xx means.

    `subject` is what was asked for and `verb` what for ("read" or "write"), both in words;
    `changed` is what a request that ended in a 5xx may have done.
    """
    status = answer.status
    if 200 <= status < 300:
        return
    if status in {401, 403, 429}:
        raise _closed(answer, now, f"{verb} {subject}", with_account=with_account)
    if status >= 500:
        raise BadAnswer(SERVICE, f"it answered {status}.", changed=changed)
    if status == 404 and answer.content and not answer.errors:
        raise BadAnswer(SERVICE, "no registry answers there; REGISTRY_URL may be wrong.")
    if status == 404:
        raise NotFound(SERVICE, f"there is no {subject}.")
    if 300 <= status < 400:
        raise Rejected(SERVICE, "it sends us elsewhere; REGISTRY_URL may be old.")
    raise Rejected(SERVICE, f"it refused to {verb} {subject} with {status}{_said(answer)}.")


def no_account() -> Unauthorized:
    """It wants an account, and there is none."""
    return Unauthorized(SERVICE, "it wants an account (REGISTRY_USERNAME and REGISTRY_TOKEN).")


def wrong_account() -> Unauthorized:
    """It does not take the account that there is."""
    return Unauthorized(
        SERVICE, "it does not accept our account (REGISTRY_USERNAME and REGISTRY_TOKEN)."
    )


def _closed(answer: Answer, now: datetime, deed: str, *, with_account: bool) -> UpstreamError:
    """What a 401, 403 or 429 means for `deed`, such as "read link/user-svc:sha-1"."""
    too_many = any(code == "TOOMANYREQUESTS" for code, _ in answer.errors)
    if answer.status == 429 or too_many:
        asked = retry_after(httpx.Response(429, headers=answer.headers), now, _PAUSE)
        seconds = min(max(1.0, asked), _LONGEST_PAUSE)
        return RateLimited(SERVICE, "it has had too many requests.", retry_after=seconds)
    if answer.status == 401 and not with_account:
        return no_account()
    if answer.status == 401 and not _is_too_little(answer):
        return wrong_account()
    who = "our account" if with_account else "nobody without an account (REGISTRY_TOKEN)"
    return Forbidden(SERVICE, f"{who} may {'not ' if with_account else ''}{deed}{_said(answer)}.")


def _is_too_little(answer: Answer) -> bool:
    """Whether a token was good, and only not good enough (RFC 6750, 3.1)."""
    return "insufficient_scope" in answer.headers.get("WWW-Authenticate", "")


def _said(answer: Answer) -> str:
    """The registry's own words, to follow a sentence."""
    for code, message in answer.errors:
        return f": {message or code}".rstrip(".")
    return ""
