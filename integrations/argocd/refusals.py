"""What an answer of Argo CD means when it is not the one that was asked for (pure).

Argo CD answers through a gRPC gateway: `{"error", "code", "message"}` with gRPC's codes
(grpc-gateway v1.16 runtime/errors.go); the first answer of a stream that fails at once has the
same within `error` (runtime/handler.go). Anything else came from the gateway's routing, or from a
proxy in front of it.
"""

from __future__ import annotations

import json
import re
from datetime import datetime

import httpx

from integrations.argocd.wire_json import Json, as_object, child, number, text
from integrations.errors import (
    BadAnswer,
    Changed,
    ContainerNotNamed,
    Forbidden,
    NotFound,
    OperationInProgress,
    RateLimited,
    Rejected,
    RepositoryAway,
    SyncWindowClosed,
    TooManyPods,
    Unauthorized,
    Unreachable,
    UpstreamError,
)
from integrations.http import retry_after

SERVICE = "Argo CD"

_LONGEST = 500
_TOO_LARGE = "larger than max"  # gRPC calls this resource exhausted too, which makes it a 429
_BUSY = "another operation is already in progress"
_WINDOW = "blocked by sync window"
_NO_REPOSITORY = "error resolving repo revision"
_NO_REVISION = "unable to resolve"  # the repository answered: there is no such revision
_TOO_MANY_PODS = "max pods to view logs"  # argo-cd server/application/application.go, PodLogs
_UNNAMED_CONTAINER = "a container name must be specified"
_NO_CONTAINER = re.compile(r"container \S+ is not valid for pod ")
_CHOICES = re.compile(r"choose one of: \[([^\]]*)\]")  # kubernetes pkg/registry/core/pod
_IN_A_URL = re.compile(r"://[^/@\s]+@")
_BEARER = re.compile(r"eyJ[\w-]{8,}\.[\w.-]+")
_WHO = re.compile(r", sub: .*$", re.DOTALL)  # the account and the age of its token


def refusal(response: httpx.Response, now: datetime, *, changed: Changed = "no") -> UpstreamError:
    """The error for a whole answer with any status but 2xx.

    `changed` is what a failure of the server itself may have left behind; a refusal with 4xx
    never changed anything.
    """
    status = response.status_code
    if response.is_redirect or is_page(response):
        return BadAnswer(SERVICE, f"{_in_the_way(response)} (HTTP {status}).", changed=changed)
    body = _body(response)
    if status == httpx.codes.NOT_FOUND and not body:
        return BadAnswer(SERVICE, "Its API is not at this address (HTTP 404).")
    message = _said(body)
    if status == httpx.codes.TOO_MANY_REQUESTS and _TOO_LARGE not in message:
        wait = retry_after(response, now)
        return RateLimited(SERVICE, "Too many requests.", retry_after=wait)
    return _meaning(status, message, changed)


def stream_refusal(error: Json) -> UpstreamError:
    """The error for an `error` frame, which comes with a 200 that was sent long before."""
    return _meaning(number(error, "http_code") or 500, text(error, "message"), "no")


def log_refusal(content: str) -> UpstreamError | None:
    """The error for a line without a time that came in place of a log, if it is one.

    Kubernetes' complaints come as content (argoproj-labs/mcp-for-argocd#40).
    """
    if not (_UNNAMED_CONTAINER in content or _NO_CONTAINER.match(content)):
        return None
    found = _CHOICES.search(content)
    names = tuple(found.group(1).split()) if found else ()
    return ContainerNotNamed(SERVICE, shown(content), containers=names)


def is_page(response: httpx.Response) -> bool:
    """Whether a web page came, which only something in front of Argo CD would send."""
    return "html" in response.headers.get("Content-Type", "").lower()


def shown(message: str) -> str:
    """A message of Argo CD's on one line, of bearable length, and without credentials."""
    line = " ".join(_WHO.sub("", message).split())
    line = _BEARER.sub("…", _IN_A_URL.sub("://", line))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def page_in_the_way(response: httpx.Response, *, changed: Changed = "no") -> BadAnswer:
    """The error for a web page that came with a 200."""
    return BadAnswer(SERVICE, f"{_in_the_way(response)}.", changed=changed)


def _meaning(status: int, message: str, changed: Changed) -> UpstreamError:
    said = shown(message) or f"HTTP {status}."
    match status:
        case 401:
            return Unauthorized(SERVICE, said)
        case 403 if _WINDOW in message:
            return SyncWindowClosed(SERVICE, said)
        case 403:
            return Forbidden(SERVICE, said)
        case 404:
            return NotFound(SERVICE, said)
        case 408 | 504:
            return Unreachable(SERVICE, said, changed=changed)
        case _ if status >= 500:
            return BadAnswer(SERVICE, said, changed=changed)
        case _ if _BUSY in message:
            return OperationInProgress(SERVICE, said)
        case _ if _NO_REPOSITORY in message and _NO_REVISION not in message:
            return RepositoryAway(SERVICE, said)
        case _ if _TOO_MANY_PODS in message:
            return TooManyPods(SERVICE, said)
        case _:
            return Rejected(SERVICE, said)


def _said(body: Json) -> str:
    """Argo CD's own message, in the shape of a single answer or in that of a stream."""
    return text(body, "message") or text(body, "error") or text(child(body, "error"), "message")


def _in_the_way(response: httpx.Response) -> str:
    if response.is_redirect:
        return "A login page or proxy in front of it redirects the request"
    return "Something in front of it answered with a web page"


def _body(response: httpx.Response) -> Json:
    try:
        return as_object(json.loads(response.content))
    except ValueError:
        return {}
