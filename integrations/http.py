"""The one factory of httpx clients, and what its failures mean for the caller."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpx

from integrations.errors import BadAnswer, Changed, Unreachable

USER_AGENT = "shipmate"
CONNECT_TIMEOUT = 5.0
"""Seconds for a connection to be made; a service that is there accepts well within it."""

# Nothing of these failures had left this machine, or reached the other one.
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


def http_client(
    base_url: str,
    *,
    timeout: float = 30.0,
    ca_file: Path | str | None = None,
    insecure: bool = False,
    headers: Mapping[str, str] | None = None,
) -> httpx.AsyncClient:
    """A client for one service; a path in `base_url` is kept in front of every path.

    `timeout` is in real seconds and holds for each read, not for a whole answer. Proxies come
    from the environment, except for loopback, which no proxy could reach. Cookies are never
    kept and redirects never followed: an API that redirects is a login page in the way.
    """
    url = httpx.URL(base_url)
    return httpx.AsyncClient(
        base_url=url,
        timeout=httpx.Timeout(timeout, connect=CONNECT_TIMEOUT),
        verify=_tls(url.scheme, ca_file, insecure=insecure),
        headers={"User-Agent": USER_AGENT, **(headers or {})},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        trust_env=not is_loopback(url.host),
        follow_redirects=False,
    )


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def reaching(service: str, *, changed: Changed = "no") -> Iterator[None]:
    """Turn the failures of httpx inside the block into UpstreamErrors of `service`.

    `changed` is what the block may have done to the service once its request was sent: pass
    "unknown" for everything but a read. A failure before that always reads "no".
    """
    try:
        yield
    except _NEVER_SENT as error:
        raise Unreachable(service, _never_sent(error)) from error
    except httpx.TimeoutException as error:
        raise Unreachable(service, "No answer came in time.", changed=changed) from error
    except httpx.DecodingError as error:
        raise BadAnswer(service, "The answer came damaged.", changed=changed) from error
    except httpx.TransportError as error:
        raise Unreachable(service, "The connection was cut.", changed=changed) from error


def retry_after(response: httpx.Response, now: datetime, default: float = 1.0) -> float:
    """The seconds that a Retry-After header asks for, given in either of its two forms."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return default
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())


def _never_sent(error: httpx.TransportError) -> str:
    if isinstance(error, httpx.PoolTimeout):
        return "Too many requests wait for a connection to it."
    if isinstance(error, httpx.ProxyError):
        return "The proxy in front of it refused the connection."
    if isinstance(error, httpx.UnsupportedProtocol):
        return "Its address does not begin with http:// or https://."
    if (untrusted := _untrusted(error)) is not None:
        why = getattr(untrusted, "verify_message", "") or "it cannot be verified"
        return f"Its certificate is not trusted: {why}."
    return "It cannot be reached."


def _untrusted(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """The refusal of a certificate that lies beneath an error, if that is what it comes from."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error


def _tls(scheme: str, ca_file: Path | str | None, *, insecure: bool) -> ssl.SSLContext | bool:
    if insecure or scheme == "http":
        return False  # reading the system's certificates takes longer than a plain request
    if not ca_file:
        return True
    return ssl.create_default_context(cafile=str(ca_file))
