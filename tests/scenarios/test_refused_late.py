"""A gate that shuts between a start and its act: nothing is written, the card says so, others go on."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.access import Actor
from bot.controls.events import LockTaken
from bot.deployments.events import DeploymentStarted
from integrations.groups import TaskGroup
from tests.scenarios.production import asks, production
from tests.scenarios.story import Story, story

OLU = Actor(id="U0OLU", name="olu")


def locks_at_the_start(scene: Story, scope: str, tasks: TaskGroup) -> asyncio.Event:
    """On-call takes the lock the very moment that something starts."""
    now = scene.services.clock.now()
    taken = LockTaken(at=now, actor=OLU, until=now + timedelta(hours=2), reason="A migration")
    lock = scene.services.controls.record
    return scene.once(DeploymentStarted, lambda: tasks.create_task(lock(scope, lambda _: [taken])))


async def test_what_was_queued_behind_it_goes_on(tmp_path: Path) -> None:
    async with story(tmp_path) as scene, TaskGroup() as tasks:
        head = await scene.world.repository.head()
        started = locks_at_the_start(scene, "staging", tasks)
        await scene.developer.types('/deploy staging --reason "The fair"')
        await started.wait()
        await scene.oncall.types("/sync link-app-staging")  # the lock's owner passes it

        refused = await scene.card()
        await refused.ends("Failed")
        await refused.shows(
            "Refused after its start: staging is locked by olu",
            "Nothing was written.",
            "*Next:*",
            "/shipmate lock staging --ask",
        )
        assert "The queue is held" not in refused.everything
        slack = scene.world.slack
        await slack.until(
            lambda: any(
                each.text.startswith("Succeeded: Sync link-app-staging")
                for each in slack.messages("#deployments")
            )
        )
        assert await scene.commits(head) == []


async def test_an_approved_one_says_that_its_approval_is_asked_for_again(tmp_path: Path) -> None:
    async with production(tmp_path) as scene, TaskGroup() as tasks:
        card = await asks(scene)
        locks_at_the_start(scene, "production", tasks)
        await scene.approver.clicks(card, "Approve")
        await card.ends("Failed")
        await card.shows(
            "production is locked by olu", "Retry asks for it, and for its approval, again"
        )
        await card.is_followed_by("<@U0DANA>", "*Next:*", "/shipmate lock production --ask")
        assert [o for o in scene.operations("link-app-production") if o.infos] == []
