from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from integrations.errors import BadAnswer, Unreachable, UpstreamError
from integrations.http import http_client, is_loopback, reaching, retry_after

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> str:
    """A machine whose environment names a proxy for everything."""
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:8")
    return "http://127.0.0.1:8"


async def test_a_path_in_the_address_stays_in_front() -> None:
    async with http_client("https://tools.example/argo/cd/") as http:
        url = http.build_request("GET", "/api/version").url
        assert str(url) == "https://tools.example/argo/cd/api/version"


async def test_loopback_never_goes_through_a_proxy(proxied: str) -> None:
    async with http_client("http://127.0.0.1:9") as http:
        assert http._transport_for_url(httpx.URL("http://127.0.0.1:9/")) is http._transport
        with pytest.raises(Unreachable, match="It cannot be reached"), reaching("It"):
            await http.get("/")


async def test_anything_else_goes_through_the_proxy_of_the_machine(proxied: str) -> None:
    async with http_client("http://argocd.invalid") as http:
        transport = http._transport_for_url(httpx.URL("http://argocd.invalid/"))
        assert transport is not http._transport


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "a.localhost"])
def test_loopback_is_known_by_each_of_its_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["argocd.example", "10.0.0.1", "localhost.example", ""])
def test_other_machines_are_not_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("failure", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
def test_what_was_never_sent_changed_nothing(failure: type[httpx.TransportError]) -> None:
    with pytest.raises(Unreachable) as caught, reaching("Git", changed="unknown"):
        raise failure("secret detail")
    assert caught.value.changed == "no"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "failure", [httpx.ReadTimeout, httpx.ReadError, httpx.RemoteProtocolError, httpx.WriteError]
)
def test_what_was_sent_may_have_changed_something(failure: type[httpx.TransportError]) -> None:
    with pytest.raises(Unreachable) as caught, reaching("Git", changed="unknown"):
        raise failure("cut")
    assert caught.value.changed == "unknown"


def test_a_damaged_body_is_a_bad_answer() -> None:
    with pytest.raises(BadAnswer), reaching("Git"):
        raise httpx.DecodingError("gzip")


async def test_an_address_without_a_scheme_is_named_as_such() -> None:
    async with http_client("argocd.example") as http:
        with pytest.raises(Unreachable, match="does not begin with http"), reaching("Argo CD"):
            await http.get("/api/version")


def test_errors_of_our_own_pass_through() -> None:
    with pytest.raises(UpstreamError, match="already told"), reaching("Git"):
        raise UpstreamError("Git", "already told")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("soon", 1),
        ("", 1),
    ],
)
def test_retry_after_is_read_in_both_its_forms(value: str, seconds: float) -> None:
    assert retry_after(httpx.Response(429, headers={"Retry-After": value}), NOW) == seconds


def test_a_missing_ca_file_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        http_client("https://argocd.example", ca_file=tmp_path / "none.pem")


def test_a_certificate_that_is_not_trusted_is_told_from_a_system_that_is_away() -> None:
    refused = ssl.SSLCertVerificationError(1, "certificate verify failed")
    with pytest.raises(Unreachable, match="certificate is not trusted"), reaching("Argo CD"):
        raise httpx.ConnectError("") from refused
    with pytest.raises(Unreachable, match="cannot be reached"), reaching("Argo CD"):
        raise httpx.ConnectError("") from OSError()
