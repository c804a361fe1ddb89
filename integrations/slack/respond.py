"""Answering through a response_url: five times within half an hour, and to Slack alone."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from integrations.errors import BadAnswer, RateLimited, Rejected
from integrations.slack.errors import SERVICE, SlackRefused, translate
from integrations.slack.model import SlackMessage
from integrations.slack.transport import Transport

_HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")


async def respond(
    transport: Transport, response_url: str, message: SlackMessage, *, replace: bool
) -> None:
    """Send a message, seen by the one person alone, in answer to what they did.

    Raises Rejected where the address is not Slack's, SlackRefused ("expired_url", "used_url",
    "invalid_blocks" …) where Slack says no, or another UpstreamError.
    """
    if not _is_slacks(response_url, transport.api_url):
        raise Rejected(SERVICE, "the response_url does not lead to Slack; nothing was sent.")
    body = {
        "text": message.text,
        "blocks": [dict(block) for block in message.blocks],
        "response_type": "ephemeral",
        "replace_original": replace,
    }
    try:
        async with transport.session.post(
            response_url, json=body, allow_redirects=False, proxy=transport.proxy
        ) as response:
            status, answer = response.status, (await response.text())[:2000]
            retry_after = response.headers.get("Retry-After", "")
    except Exception as error:  # noqa: BLE001 - translate knows them all
        raise translate("response_url", error) from None
    if status == 429:
        wait = float(retry_after) if retry_after.isdigit() else 30.0
        raise RateLimited(SERVICE, "response_url is rate-limited.", retry_after=wait)
    if status >= 500:
        raise BadAnswer(SERVICE, f"response_url failed (HTTP {status}).", changed="unknown")
    if status >= 300 or _is_refusal(answer):
        raise SlackRefused(_code(answer), f"the answer was refused (HTTP {status}).")


def _is_slacks(response_url: str, api_url: str) -> bool:
    url, api = urlsplit(response_url), urlsplit(api_url)
    if (url.scheme, url.netloc) == (api.scheme, api.netloc):
        return True
    return url.scheme == "https" and url.netloc in _HOSTS


def _is_refusal(answer: str) -> bool:
    """Whether an answer that looks well says in its body that it is not."""
    try:
        return json.loads(answer)["ok"] is False
    except (ValueError, TypeError, KeyError):
        return False


def _code(answer: str) -> str:
    """Slack's error, alone or in JSON; nothing of any other body is repeated."""
    try:
        word = str(json.loads(answer)["error"])
    except (ValueError, TypeError, KeyError):
        word = answer.strip()
    return word if word.replace("_", "").isalnum() and len(word) <= 60 else "refused"
