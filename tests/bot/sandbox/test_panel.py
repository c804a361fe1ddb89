"""What the page's panel does to the world between a request for production and its approval."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.gitrepo.files import kustomization_path
from bot.sandbox.panel import controls
from bot.sandbox.process import BotProcess
from bot.sandbox.world import World, world
from integrations.clock import FastClock

PRODUCTION = kustomization_path("production")


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, FastClock(2000)) as there:
        bot = BotProcess(there.environment(), there.clock, tmp_path / "bot.log")
        there.slack.panel = controls(there, bot)
        yield there


async def turn(there: World, control: str, value: object = "") -> str:
    (found,) = [one for one in there.slack.panel if one.id == control]
    assert not found.options or value in found.options
    return await found.act(value)


async def test_every_control_has_a_name_of_its_own(there: World) -> None:
    names = [control.id for control in there.slack.panel]
    assert len(names) == len(set(names))
    labels = [(control.group, control.label) for control in there.slack.panel]
    assert len(labels) == len(set(labels))


async def test_a_tag_moves_and_an_image_goes(there: World) -> None:
    tag = (await there.repository.tags("staging"))["chat-svc"]
    before = there.registry.digest("chat-svc", tag)
    await turn(there, "move_tag", "chat-svc")
    assert there.registry.digest("chat-svc", tag) not in ("", before)
    await turn(there, "lose_image", "chat-svc")
    assert there.registry.digest("chat-svc", tag) == ""
    assert there.registry.digest("user-svc", tag)


async def test_commits_beside_and_inside_production_s_file(there: World) -> None:
    before, tags = await there.repository.head(), await there.repository.tags("production")
    await turn(there, "near")
    near = await there.repository.head()
    assert await there.repository.changed_files(near) == [PRODUCTION]
    assert await there.repository.tags("production") == tags
    await turn(there, "inside", "user-svc")
    inside = await there.repository.tags("production")
    assert {name for name in tags if inside[name] != tags[name]} == {"user-svc"}
    assert len(await there.repository.log(before)) == 2


async def test_somebody_joins_the_approvers_and_leaves_again(there: World) -> None:
    groups = there.slack.workspace.groups
    assert "joined" in await turn(there, "approvers", "Otto Outsider")
    assert "U0OTTO" in groups["S0APP"].members
    assert "left" in await turn(there, "approvers", "Otto Outsider")
    assert groups["S0APP"].members == {"U0AMIR", "U0VERA"}


async def test_ci_says_what_it_is_told_to_say(there: World) -> None:
    newest = there.github.newest()
    await turn(there, "ci_newest", "red")
    assert [check.conclusion for check in there.github.checks.of(newest.sha)] == [
        "success",
        "failure",
    ]
    await turn(there, "ci_newest", "none at all")
    assert there.github.checks.of(newest.sha) == []
    shipped = (await there.repository.tags("staging"))["user-svc"].removeprefix("sha-")
    await turn(there, "ci_staging", "running")
    commit = there.github.history.find(shipped)
    assert commit is not None
    assert [check.status for check in there.github.checks.of(commit.sha)] == [
        "completed",
        "in_progress",
    ]


async def test_production_s_auto_sync_and_who_writes_it(there: World) -> None:
    await there.argocd.prepare()
    (control,) = [one for one in there.slack.panel if one.id == "auto_sync"]
    assert control.value is not None
    assert not control.value()
    await turn(there, "auto_sync", value=True)
    assert control.value()
    await turn(there, "adopt")
    assert there.argocd.application("link-app-production").owner == "ApplicationSet/link-apps"


async def test_what_develop_built_is_released_to_production_s_branch(there: World) -> None:
    newest = there.github.newest()
    history = there.github.history
    assert newest not in history.line(there.github.newest("main").sha)

    await turn(there, "release")

    assert newest.sha in there.github.newest("main").parents
    assert there.github.newest() == newest
