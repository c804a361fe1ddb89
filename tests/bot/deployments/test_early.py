"""What Git was last seen to hold is asked about while Git is asked; only what holds counts."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bot.deployments.desired import Desired
from bot.deployments.early import asked_early
from bot.sandbox.gitrepo import SeededRepo
from bot.services import Services
from integrations.errors import Unreachable, UpstreamError
from tests.bot.deployments.services import CATALOG
from tests.bot.deployments.services import services as services_of
from tests.integrations.gitops_kit import PRODUCTION, gitops, seeded

ENVIRONMENT = CATALOG.environment("production")
Ask = Callable[[Desired], Coroutine[Any, Any, str]]


@pytest.fixture
def repo(tmp_path: Path) -> SeededRepo:
    return seeded(tmp_path)


@pytest.fixture
def services(repo: SeededRepo) -> Services:
    return services_of(gitops=gitops(repo))


def asking(heard: list[str]) -> Ask:
    """Answers with the tag of user-svc, and notes that it was asked."""

    async def ask(at: Desired) -> str:
        heard.append(at.tags["user-svc"])
        return at.tags["user-svc"]

    return ask


async def test_where_git_stands_still_it_is_asked_once(
    repo: SeededRepo, services: Services
) -> None:
    heard: list[str] = []
    tag = (await repo.tags("production"))["user-svc"]
    await services.gitops.fetch()
    beside = await repo.commit_beside()  # another file, so the same tags
    now, answer = await asked_early(services, ENVIRONMENT, (), asking(heard))
    assert (now.base, answer, heard) == (beside, tag, [tag])


async def test_what_was_asked_of_tags_that_somebody_changed_counts_for_nothing(
    repo: SeededRepo, services: Services
) -> None:
    heard: list[str] = []
    old = (await repo.tags("production"))["user-svc"]
    await services.gitops.fetch()
    await repo.commit_inside("production", "user-svc", "v20260101-1234567")
    now, answer = await asked_early(services, ENVIRONMENT, (), asking(heard))
    assert (now.base, answer) == (await repo.head(), "v20260101-1234567")
    assert heard == [old, "v20260101-1234567"]


async def test_a_failure_about_tags_that_somebody_changed_counts_for_nothing_either(
    repo: SeededRepo, services: Services
) -> None:
    old = (await repo.tags("production"))["user-svc"]
    await services.gitops.fetch()
    await repo.commit_inside("production", "user-svc", "v20260101-1234567")

    async def lacks_the_old(at: Desired) -> str:
        if at.tags["user-svc"] == old:
            raise Unreachable("Registry", "It cannot be reached.")
        return at.tags["user-svc"]

    _, answer = await asked_early(services, ENVIRONMENT, (), lacks_the_old)
    assert answer == "v20260101-1234567"


async def test_a_digest_that_somebody_pinned_is_a_change_too(
    repo: SeededRepo, services: Services
) -> None:
    heard: list[str] = []
    await services.gitops.fetch()
    text = await repo.text(PRODUCTION)
    pin = f"digest: sha256:{'a' * 64}"
    tagged = text.index("newTag")
    end = text.index("\n", tagged) + 1
    await repo.write({PRODUCTION: f"{text[:end]}    {pin}\n{text[end:]}"}, "Pin it")
    now, _ = await asked_early(services, ENVIRONMENT, (), asking(heard))
    assert len(now.digests) == 1
    assert len(heard) == 2


async def test_a_file_that_was_last_seen_unreadable_is_asked_of_once_it_is_fetched(
    repo: SeededRepo, services: Services
) -> None:
    heard: list[str] = []
    text = await repo.text(PRODUCTION)
    await repo.write({PRODUCTION: "images: [\n"}, "Break it")
    await services.gitops.fetch()
    await repo.write({PRODUCTION: text}, "Mend it")
    _, answer = await asked_early(services, ENVIRONMENT, (), asking(heard))
    assert heard == [answer]


async def test_whoever_is_away_is_named_as_itself(repo: SeededRepo, services: Services) -> None:
    await services.gitops.fetch()

    async def away(_: Desired) -> str:
        raise Unreachable("Registry", "It cannot be reached.")

    with pytest.raises(Unreachable, match="Registry"):
        await asked_early(services, ENVIRONMENT, (), away)
    repo.path.rename(repo.path.with_name("gone"))
    with pytest.raises(UpstreamError, match="Git"):
        await asked_early(services, ENVIRONMENT, (), asking([]))
