"""Twenty environments deployed at once: every card ends right, inside Slack's limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.deployments.events import ApplicationEnded
from bot.sandbox.argocd import Timings, many_environments
from tests.scenarios.catalogs import environments
from tests.scenarios.story import Card, Story, story

NAMES = tuple(f"e{number:02}" for number in range(1, 21))
BROKEN = "e07"


async def card_of(scene: Story, name: str) -> Card:
    """The card of one environment's deployment."""
    slack = scene.world.slack

    def found() -> str:
        shown = slack.messages("#deployments")
        own = (m for m in shown if m.bot_id and not m.is_reply and f" to {name}" in m.text)
        return next((message.ts for message in own), "")

    return Card(scene, "#deployments", await slack.until(found))


@pytest.mark.slow
async def test_twenty_deployments_at_once_stay_inside_slacks_limits(tmp_path: Path) -> None:
    async with story(
        tmp_path,
        timings=Timings(operation=20, rollout=20),
        catalog=environments(NAMES),
        definitions=many_environments(NAMES, services=("user-svc",)),
        environments=NAMES,
    ) as scene:
        before = await scene.world.repository.head()
        slack = scene.world.slack
        scene.world.argocd.fail_next_sync(f"link-app-{BROKEN}", "quota exceeded")
        told_so_far: list[int] = []
        scene.once(
            ApplicationEnded,
            lambda: told_so_far.append(len(slack.calls)),
            about=f"link-app-{BROKEN}",
        )

        for name in NAMES:
            await scene.developer.types(f"/deploy {name}")
        cards = {name: await card_of(scene, name) for name in NAMES}
        await cards[BROKEN].ends("Failed")
        for name in NAMES:
            await cards[name].ends("Failed" if name == BROKEN else "Succeeded")
        assert await scene.services.outbox.flush(300)

        assert len(await scene.commits(before)) == len(NAMES)
        assert all(len(scene.operations(f"link-app-{name}")) == 1 for name in NAMES)
        since = slack.calls[told_so_far[0] :]
        updates = [call.args["text"] for call in since if call.method == "chat.update"]
        overtaken = next(n for n, text in enumerate(updates) if text.startswith("Failed"))
        posts = [call.args["text"] for call in since if call.method == "chat.postMessage"]
        behind = next(n for n, text in enumerate(posts) if "<@U0DANA>" in text and BROKEN in text)
        assert overtaken < 5, "an end goes before the progress of the others"
        assert behind < 5, "so does its mention"
        # At this speed a busy machine's 50 ms are two of Slack's seconds: one miss is no storm.
        assert len([call for call in slack.calls if call.error]) <= 1
        for card in cards.values():
            assert len([reply for reply in card.thread if "<@U0DANA>" in reply]) == 1
