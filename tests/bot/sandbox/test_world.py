"""The parts of the sandbox tell one story: builds, images, tags and pods name the same commits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.github.compare import compare
from bot.sandbox.world import REGISTRY_TOKEN, World, world
from integrations.clock import FastClock
from integrations.errors import Unauthorized
from integrations.registry import Registry
from integrations.registry.model import Credentials
from tests.integrations.registry.places import client

IMAGE = "ghcr.io/link/user-svc"


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, FastClock(20)) as there:
        yield there


@pytest.fixture
async def registry(there: World) -> AsyncIterator[Registry]:
    variables = there.environment()
    account = Credentials(variables["REGISTRY_USERNAME"], variables["REGISTRY_TOKEN"])
    async with client(variables["REGISTRY_URL"], account, clock=there.clock) as registry:
        yield registry


async def test_the_registry_asks_for_the_login_that_the_bot_is_given(
    there: World, registry: Registry
) -> None:
    await registry.ping()
    async with client(there.registry_url, Credentials(), clock=there.clock) as stranger:
        with pytest.raises(Unauthorized):
            await stranger.digest(IMAGE, "latest")
    assert there.environment()["REGISTRY_TOKEN"] == REGISTRY_TOKEN


@pytest.mark.parametrize("environment", ["dev", "staging", "production"])
async def test_every_tag_that_git_names_is_an_image(
    environment: str, there: World, registry: Registry
) -> None:
    for commit in await there.repository.log():
        if commit.title.startswith(("Import", "Deploy")):
            for service, tag in (await there.repository.tags(environment, commit.sha)).items():
                assert await registry.digest(f"ghcr.io/link/{service}", tag), (service, tag)


async def test_a_green_build_pushes_its_images_and_a_red_one_does_not(
    there: World, registry: Registry
) -> None:
    green, red = there.github.add_commit("Greet by name"), there.github.add_commit("Greet")
    building = there.github.add_run(green, status="in_progress")
    failing = there.github.add_run(red, status="in_progress")
    assert await registry.digest(IMAGE, f"sha-{green.short}") is None
    there.github.finish_run(building)
    there.github.finish_run(failing, "failure")
    pushed = await registry.digest(IMAGE, f"sha-{green.short}")
    before = await registry.digest(IMAGE, f"sha-{green.parents[0][:7]}")
    assert None not in (pushed, before)
    assert pushed != before
    assert await registry.digest(IMAGE, f"sha-{red.short}") is None
    assert await registry.digest(IMAGE, "sha-deadbee") is None


async def test_a_build_of_a_release_names_it_by_its_date(there: World, registry: Registry) -> None:
    commit = there.github.add_release()
    there.github.add_run(commit, branch="main")
    dated = f"v{commit.at:%Y%m%d}-{commit.short}"
    assert await registry.digest(IMAGE, dated) == await registry.digest(
        IMAGE, f"sha-{commit.short}"
    )


async def test_what_staging_runs_goes_on_from_what_production_runs_and_is_released(
    there: World,
) -> None:
    find = there.github.history.find
    staging = find((await there.repository.tags("staging"))["user-svc"].removeprefix("sha-"))
    production = find((await there.repository.tags("production"))["user-svc"].rpartition("-")[2])
    assert staging is not None
    assert production is not None
    found = compare(there.github.history, production, staging)
    assert (found.behind, len(found.ahead) > 3) == (0, True)
    assert staging.sha in there.github.history.ancestors(there.github.newest("main").sha)
