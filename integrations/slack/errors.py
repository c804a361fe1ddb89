"""Slack's ways of saying no, as the errors that every adapter speaks."""

from __future__ import annotations

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from integrations.errors import (
    BadAnswer,
    Forbidden,
    RateLimited,
    Rejected,
    Unauthorized,
    Unreachable,
    UpstreamError,
)

SERVICE = "Slack"

_RATE_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_UNAUTHORIZED = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_authed",
        "token_expired",
        "token_revoked",
        "org_login_required",
        "ekm_access_denied",
        "access_denied",
    }
)
_FORBIDDEN = frozenset({"missing_scope", "no_permission", "not_allowed_token_type"})
_FAILED = frozenset(
    {
        "fatal_error",
        "internal_error",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
        "update_failed",
    }
)


class SlackRefused(Rejected):
    """Slack understood and refused. `code` is its error, such as `channel_not_found`."""

    def __init__(self, code: str, summary: str = "") -> None:
        super().__init__(SERVICE, summary or f"refused with {code}.")
        self.code = code


def translate(method: str, error: Exception) -> UpstreamError:
    """The UpstreamError for whatever the SDK raised. Never carries a body, token or address."""
    match error:
        case SlackApiError():
            return _refusal(method, error)
        case TimeoutError():
            return Unreachable(SERVICE, f"{method} was not answered in time.", changed="unknown")
        case aiohttp.ClientConnectorError():
            return Unreachable(SERVICE, "no connection could be made.")
        case aiohttp.ClientPayloadError() | aiohttp.ClientConnectionError():
            return Unreachable(SERVICE, f"{method} was cut off.", changed="unknown")
        case aiohttp.ClientError() | SlackClientError():
            return BadAnswer(SERVICE, f"{method} could not be completed.", changed="unknown")
        case _:
            # The SDK stumbles over a body that is no JSON object, in one of several ways.
            return BadAnswer(SERVICE, f"{method} got no answer of Slack's.", changed="unknown")


def _refusal(method: str, error: SlackApiError) -> UpstreamError:
    response = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    body = getattr(response, "data", None)
    code = str(body.get("error", "")) if isinstance(body, dict) else ""
    if status == 429 or code in _RATE_LIMITED:
        return RateLimited(
            SERVICE, f"{method} is rate-limited.", retry_after=_retry_after(response.headers)
        )
    if not code or code in _FAILED or status >= 500:
        why = code or f"HTTP {status}, not Slack's JSON"
        return BadAnswer(SERVICE, f"{method} failed ({why}).", changed="unknown")
    if code in _UNAUTHORIZED:
        return Unauthorized(SERVICE, f"the bot token is not accepted ({code}).")
    if code in _FORBIDDEN:
        needed = str(body.get("needed", "")) if isinstance(body, dict) else ""
        why = f"{code}: {needed}" if needed else code
        return Forbidden(SERVICE, f"{method} is not allowed ({why}).")
    return SlackRefused(code, f"{method} was refused with {code}.")


def _retry_after(headers: object) -> float:
    """Seconds from the header; 30 where Slack names none, as its error code alone does."""
    get = getattr(headers, "get", dict[str, str]().get)
    text = str(get("Retry-After") or get("retry-after") or "")
    return float(text) if text.isdigit() else 30.0
