"""The sandbox's registry holds the images of the past, and is as strict as a real one."""

from __future__ import annotations

import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from aiohttp.test_utils import TestServer

from bot.sandbox.github import SandboxGitHub
from bot.sandbox.github.runs import is_red
from bot.sandbox.gitrepo import seed
from bot.sandbox.gitrepo.files import SERVICES
from bot.sandbox.registry import SandboxRegistry, build
from integrations.errors import Forbidden, Unreachable
from integrations.registry import Registry, TagTaken
from integrations.registry.model import MEDIA_TYPES
from tests.integrations.registry.hand_clock import HandClock
from tests.integrations.registry.places import ACCOUNT, client

ACCEPT = {"Accept": ", ".join(MEDIA_TYPES)}
IMAGE = "ghcr.io/link/user-svc"


@pytest.fixture
def github() -> SandboxGitHub:
    return SandboxGitHub(HandClock())


@pytest.fixture
def there(github: SandboxGitHub) -> SandboxRegistry:
    return SandboxRegistry(
        github.clock, github.history, username=ACCOUNT.username, token=ACCOUNT.token
    )


@pytest.fixture
async def registry(there: SandboxRegistry) -> AsyncIterator[Registry]:
    async with (
        TestServer(there.app()) as server,
        client(str(server.make_url("/")), clock=there.clock) as registry,
    ):
        yield registry


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """An empty registry that lets anybody in."""
    async with TestServer(SandboxRegistry(HandClock()).app()) as server:
        url = str(server.make_url("/"))
        async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
            yield http


# -- what it holds ---------------------------------------------------------------------------------


async def test_every_green_build_of_the_past_has_its_images(
    github: SandboxGitHub, there: SandboxRegistry, registry: Registry
) -> None:
    for commit in github.history.commits.values():
        for service in SERVICES:
            assert bool(there.digest(service, f"sha-{commit.short}")) is not is_red(commit)
    newest = github.newest()
    digest = await registry.digest(IMAGE, f"sha-{newest.short}")
    assert digest == build("user-svc", newest.sha).digest
    assert digest == await registry.digest(IMAGE, "latest")


def test_everything_that_git_ever_deployed_is_there(there: SandboxRegistry, tmp_path: Path) -> None:
    repository = seed(tmp_path / "gitops.git", there.clock)
    log = subprocess.run(
        ["git", f"--git-dir={repository.path}", "log", "-p", "main"],
        capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    tags = set(re.findall(r"^\+.*newTag: (\S+)$", log, re.MULTILINE))
    assert len(tags) > 20
    assert all(there.digest(service, tag) for service in SERVICES for tag in tags)


def test_the_images_are_the_same_whenever_they_are_made(github: SandboxGitHub) -> None:
    newest = f"sha-{github.newest().short}"
    one, other = (SandboxRegistry(HandClock(), github.history) for _ in range(2))
    assert one.digest("user-svc", newest) == other.digest("user-svc", newest)
    assert one.digest("user-svc", newest) != one.digest("chat-svc", newest)


async def test_a_new_build_is_pushed(
    github: SandboxGitHub, there: SandboxRegistry, registry: Registry
) -> None:
    commit = github.add_commit("user-svc: greet people by name")
    assert await registry.digest(IMAGE, f"sha-{commit.short}") is None
    there.add_build(commit)
    digest = await registry.digest(IMAGE, f"sha-{commit.short}")
    assert digest == await registry.digest(IMAGE, "latest") is not None


# -- what people do to it --------------------------------------------------------------------------


async def test_somebody_moves_a_tag(
    github: SandboxGitHub, there: SandboxRegistry, registry: Registry
) -> None:
    tag = f"sha-{github.newest().short}"
    before = await registry.digest(IMAGE, tag)
    first, second = there.move_tag(IMAGE, tag), there.move_tag("user-svc", tag)
    assert len({before, first, second}) == 3
    assert await registry.digest(IMAGE, tag) == second
    assert there.move_tag(IMAGE, tag, to="latest") == before
    assert await registry.digest(IMAGE, tag) == before


async def test_somebody_deletes_an_image(
    github: SandboxGitHub, there: SandboxRegistry, registry: Registry
) -> None:
    tag = f"sha-{github.newest().short}"
    digest = await registry.digest(IMAGE, tag)
    assert digest is not None
    there.lose_image("user-svc", tag)
    for reference in (tag, "latest", digest):
        assert await registry.digest(IMAGE, reference) is None
    assert await registry.digest("ghcr.io/link/chat-svc", tag) is not None


async def test_somebody_takes_the_tag_of_a_promotion(
    github: SandboxGitHub, there: SandboxRegistry, registry: Registry
) -> None:
    there.add_image("v2.0.0", services=["user-svc"])
    with pytest.raises(TagTaken):
        await registry.retag(IMAGE, f"sha-{github.newest().short}", "v2.0.0")


async def test_it_goes_away_and_comes_back(there: SandboxRegistry, registry: Registry) -> None:
    there.faults.cut_off()
    with pytest.raises(Unreachable):
        await registry.ping()
    there.faults.restore()
    await registry.ping()
    assert [call.status for call in there.calls] == [0, 0, 0, 401, 200, 200]


async def test_an_account_may_lose_what_it_may_do(
    there: SandboxRegistry, registry: Registry
) -> None:
    there.issuer.may_push = False
    with pytest.raises(Forbidden):
        await registry.retag(IMAGE, "latest", "v2.0.0")


# -- as strict as a real one -----------------------------------------------------------------------


async def put(
    http: httpx.AsyncClient, content: bytes, kind: str, reference: str = "v1"
) -> tuple[int, str]:
    answer = await http.put(
        f"/v2/link/user-svc/manifests/{reference}", content=content, headers={"Content-Type": kind}
    )
    return answer.status_code, answer.json()["errors"][0]["code"]


async def test_a_manifest_is_refused_before_what_it_is_made_of(http: httpx.AsyncClient) -> None:
    image = build("user-svc", "1")
    for stored in (image.index, image.manifest):
        refused = await put(http, stored.content, stored.media_type)
        assert refused == (400, "MANIFEST_BLOB_UNKNOWN")


@pytest.mark.parametrize("content", [b"nonsense", b"[]", b"{}", b'{"layers": 3}', b"{" * 5_000_000])
async def test_what_is_no_manifest_is_refused(http: httpx.AsyncClient, content: bytes) -> None:
    assert await put(http, content, MEDIA_TYPES[0]) == (400, "MANIFEST_INVALID")
    assert await put(http, content, "text/plain") == (400, "MANIFEST_INVALID")


async def test_an_image_looks_missing_to_those_who_do_not_take_its_type(
    there: SandboxRegistry,
) -> None:
    there.gate.login = "none"
    path = "/v2/link/user-svc/manifests/latest"
    async with TestServer(there.app()) as server:
        url = str(server.make_url("/"))
        async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
            assert (await http.head(path, headers=ACCEPT)).status_code == 200
            for accept in ({}, {"Accept": "*/*"}, {"Accept": MEDIA_TYPES[0]}):
                assert (await http.head(path, headers=accept)).status_code == 404


async def test_errors_are_told_as_the_specification_says(http: httpx.AsyncClient) -> None:
    for path, code in (
        ("/v2/link/user-svc/manifests/v1", "MANIFEST_UNKNOWN"),
        ("/v2/link/user-svc/tags/list", "NAME_UNKNOWN"),
    ):
        answer = await http.get(path, headers=ACCEPT)
        assert answer.status_code == 404
        assert answer.json()["errors"][0]["code"] == code
    for path in ("/v2/Link/manifests/v1", "/v2/link/manifests/.x", "/v3/"):
        answer = await http.get(path)
        assert (answer.status_code, answer.text) == (404, "404 page not found\n")
