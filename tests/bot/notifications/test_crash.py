"""kill -9 between Slack's answer and our record: still one message per key."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.notifications import Owed
from bot.views.message import Message
from tests.bot.notifications.conftest import Office

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("posts", [1, 2, 5, 8])
async def test_whoever_continues_after_a_kill_posts_nothing_twice(
    office: Office, tmp_path: Path, posts: int
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(Path(__file__).with_name("deliverer.py"))),
        *(str(tmp_path / "shipmate.db"), office.slack.base_url + "/api/"),
        *(str(office.clock.speed), str(office.clock.epoch)),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    await office.slack.until(lambda: len(office.slack.calls_of("chat.postMessage")) >= posts)
    process.kill()  # the answer to the last post is still on its way
    await process.wait()

    async with office.outbox() as outbox:
        for number in range(4):
            last = Message(f"Card {number}: Succeeded")
            outbox.owe(Owed(f"card/{number}", "#deployments", last))
            stage = Message(f"Stage of {number}")
            outbox.owe(Owed(f"stage/{number}", "#deployments", stage, f"card/{number}", once=True))
        assert await outbox.flush(600)

    assert sorted(office.texts()) == [f"Card {number}: Succeeded" for number in range(4)]
    for card in office.slack.messages("deployments"):
        replies = [reply.text for reply in office.slack.thread(card.ts)]
        assert replies == [f"Stage of {card.text[5]}"]
