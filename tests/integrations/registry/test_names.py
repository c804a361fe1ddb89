"""Names of images, tags and digests, and the login that a registry asks for: as they are written."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.errors import BadAnswer, Rejected
from integrations.registry import ForeignRealm
from integrations.registry.challenge import challenges, preferred
from integrations.registry.names import check_reference, check_tag, repository_of
from integrations.registry.realm import domain, trusted
from tests.integrations.registry.places import client
from tests.integrations.registry.stub import stub


@pytest.mark.parametrize(
    ("image", "repository"),
    [
        ("ghcr.io/link/user-svc", "link/user-svc"),
        ("localhost:5000/link/user-svc", "link/user-svc"),
        ("localhost/user-svc", "user-svc"),
        ("link/user-svc", "link/user-svc"),
        ("user-svc", "user-svc"),
        ("eu.gcr.io/a/b/c__d.e-f", "a/b/c__d.e-f"),
    ],
)
def test_an_image_is_asked_for_without_its_host(image: str, repository: str) -> None:
    assert repository_of(image) == repository


@pytest.mark.parametrize(
    "image",
    ["", "ghcr.io/", "ghcr.io/Link/svc", "link/../etc", "link//svc", "link/svc:v1", "link/svc@sha",
     "link/svc?x=1", "link/svc#", "link/svc\n", "a" * 256, "link/%2e%2e/svc", "-svc"],
)  # fmt: skip
def test_what_cannot_be_an_image_is_never_asked_for(image: str) -> None:
    with pytest.raises(Rejected, match="cannot be the name of an image"):
        repository_of(image)


@pytest.mark.parametrize(
    "tag", ["", ".x", "-x", "a b", "a/b", "..", "v1\n", "v1:2", "ü", "a" * 129, "sha256:abc", "a?b"]
)
async def test_what_cannot_be_a_tag_is_never_asked_for(tag: str) -> None:
    for check in (check_tag, check_reference):
        with pytest.raises(Rejected, match="can"):
            check(tag)
    async with stub(lambda _: pytest.fail("it was asked")) as there, client(there.url) as registry:
        with pytest.raises(Rejected):
            await registry.digest("link/user-svc", tag)
        with pytest.raises(Rejected):
            await registry.retag("link/user-svc", "v1", tag)
        assert there.heard == []


@pytest.mark.parametrize("tag", ["latest", "sha-abc1234", "v1.0.0", "_x", "v20261123-abc1234"])
def test_what_can_be_a_tag(tag: str) -> None:
    check_tag(tag)
    check_reference(tag)


# -- how a login is asked for ----------------------------------------------------------------------


def test_a_challenge_is_read_with_its_parameters() -> None:
    header = (
        'Bearer realm="https://ghcr.io/token", service="ghcr.io",scope="repository:a/b:pull,push"'
    )
    (bearer,) = challenges([header])
    assert bearer.scheme == "bearer"
    assert bearer["realm"] == "https://ghcr.io/token"
    assert bearer["service"] == "ghcr.io"
    assert bearer["scope"] == "repository:a/b:pull,push"
    assert bearer["error"] == ""


def test_of_several_challenges_a_token_comes_first() -> None:
    one = challenges(['Basic realm="a, b=c", bearer REALM = "https://x/\\"y\\"" , error=none'])
    two = challenges(['Basic realm="a"', 'Bearer realm="https://x"'])
    for offered in (one, two):
        chosen = preferred(offered)
        assert chosen is not None
        assert chosen.scheme == "bearer"
    assert one[0]["realm"] == "a, b=c"
    assert (one[1]["realm"], one[1]["error"]) == ('https://x/"y"', "none")
    assert preferred(challenges(["Negotiate", ""])) is None


@given(st.lists(st.text(max_size=80), max_size=3))
def test_any_header_is_read_without_harm(headers: list[str]) -> None:
    preferred(challenges(headers))


# -- where a login is asked for --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("registry", "realm"),
    [
        ("https://ghcr.io", "https://ghcr.io/token"),
        ("https://registry-1.docker.io", "https://auth.docker.io/token"),
        ("https://registry.gitlab.com", "https://gitlab.com/jwt/auth"),
        ("https://registry.example.co.uk", "https://auth.example.co.uk:8443/token"),
        ("https://GHCR.io", "https://ghcr.IO./token"),
        ("https://me.azurecr.io", "https://me.azurecr.io/oauth2/token"),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5001/token"),
        ("http://localhost:5000", "https://localhost/token"),
    ],
)
def test_a_realm_of_the_same_owner_may_have_the_credentials(registry: str, realm: str) -> None:
    assert str(trusted(realm, httpx.URL(registry))) == str(httpx.URL(realm))


@pytest.mark.parametrize(
    ("registry", "realm"),
    [
        ("https://ghcr.io", "https://evil.example/token"),
        ("https://ghcr.io", "https://ghcr.io.evil.example/token"),
        ("https://ghcr.io", "https://evilghcr.io/token"),
        ("https://ghcr.io", "https://ghcr.io@evil.example/token"),
        ("https://ghcr.io", "https://user:pass@ghcr.io/token"),
        ("https://ghcr.io", "http://ghcr.io/token"),
        ("https://registry.example.co.uk", "https://evil.co.uk/token"),
        ("https://me.azurecr.io", "https://evil.azurecr.io/token"),
        ("https://1.dkr.ecr.eu-west-1.amazonaws.com", "https://evil.s3.amazonaws.com/token"),
        ("http://registry.ci.svc.cluster.local", "http://evil.web.svc.cluster.local/token"),
        ("http://127.0.0.1:5000", "http://127.0.0.2:5000/token"),
        ("http://10.0.0.1", "http://11.0.0.1/token"),
        ("http://registry", "http://evil/token"),
        ("http://registry.svc", "http://[::1]/token"),
    ],
)
def test_any_other_realm_may_not(registry: str, realm: str) -> None:
    with pytest.raises(ForeignRealm):
        trusted(realm, httpx.URL(registry))


@pytest.mark.parametrize(
    "realm", ["", "token", "/token", "ftp://ghcr.io/", "https://", "https://x:port/"]
)
def test_no_address_at_all_is_no_realm(realm: str) -> None:
    with pytest.raises(BadAnswer):
        trusted(realm, httpx.URL("https://ghcr.io"))


def test_a_host_that_was_named_is_trusted_whole_or_not_at_all() -> None:
    url = httpx.URL("https://ghcr.io")
    assert trusted("https://login.example/t", url, ["LOGIN.example"]).host == "login.example"
    with pytest.raises(ForeignRealm):
        trusted("https://evil.login.example/t", url, ["login.example"])


@given(st.text(max_size=40), st.sampled_from(["", "https://", "https://xn--", "//"]))
def test_any_realm_is_judged_without_harm(text: str, start: str) -> None:
    with pytest.raises((BadAnswer, ForeignRealm)):
        trusted(start + text, httpx.URL("https://registry.example.org"))


@given(st.text(max_size=40))
def test_a_domain_is_always_an_end_of_its_host(host: str) -> None:
    assert host.endswith(domain(host))
