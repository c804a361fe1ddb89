"""What the record holds of a whole bot's work, and what it must never hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.access import Actor
from bot.command import Command
from bot.declared import declared
from bot.dispatch import Dispatch
from bot.grammar import join
from bot.metrics import Metrics
from bot.redaction import REDACTED
from bot.request import Request
from tests.bot.store.planted import PLANTED
from tests.scenarios.story import Story, story
from tests.scenarios.texts import everything_in

COMMANDS = declared(["commands"])


def lines(command: Command[object], secret: str) -> list[str]:
    """The secret as a word, as each option's value, and beside words that are right."""
    word = join([secret])
    takes = [option.name for option in command.options if option.value]
    return [
        f"{command.name} {word}",
        f"{command.name} staging {word}",
        *(f"{command.name} --{name} {word}" for name in takes),
        *(f"{command.name} staging --{name} {word}" for name in takes),
    ]


def telling(secret: str) -> str:
    """The part that gives it away: of a key in a file, its second line."""
    return secret.splitlines()[min(1, secret.count("\n"))]


def everything_told(scene: Story) -> list[object]:
    """Every message that anybody can see in a channel."""
    slack = scene.world.slack
    return [
        each for name in ("#deployments", "#production", "#oncall") for each in slack.messages(name)
    ]


async def on_disk(scene: Story) -> bytes:
    """Every byte of the database and of what lies beside it in a write-ahead log."""
    await scene.services.store.put("test", "settled", value=True)
    folder = scene.services.store.path.parent
    name = scene.services.store.path.name
    return b"".join(
        file.read_bytes() for file in folder.iterdir() if file.is_file() and name in file.name
    )


async def test_no_command_carries_a_credential_into_the_database(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        dispatch = Dispatch(COMMANDS, scene.services, Metrics())
        people = [Actor(id=each, name=each, team="T0LINK") for each in ("U0DANA", "U0OLU")]
        number = 0
        for command in COMMANDS:
            for secret in PLANTED:
                for line in lines(command, secret):
                    number += 1
                    asks = people[number % 2]
                    await dispatch.answer(Request(asks, line, f"key-{number}", "C0GENERAL"))
        whole = await on_disk(scene)
        assert len(await scene.services.store.read_all(prefix="request/")) > 300
        told = [repr(message) for message in everything_told(scene)]
        leaked = [each for each in PLANTED if telling(each).encode() in whole]
        posted = [each for each in PLANTED if any(telling(each) in text for text in told)]
        assert (leaked, posted) == ([], [])


@pytest.mark.parametrize("secret", [PLANTED[0], PLANTED[4], PLANTED[6]])
async def test_a_credential_given_as_the_reason_is_nowhere(tmp_path: Path, secret: str) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types(f"/deploy staging --reason 'hotfix, {secret}'")
        card = await scene.card()
        await card.ends("Succeeded")
        (deployment,) = scene.services.ledger.newest()
        commit = (await scene.world.repository.log())[0]
        assert deployment.request.reason.startswith("hotfix, ")
        assert deployment.request.reason.endswith(REDACTED)
        assert commit.trailers["Deploy-Id"] == deployment.id
        message = (await scene.world.repository._git().must("log", "-1", "--format=%B")).text
        assert "hotfix" in message
        assert secret not in message + everything_in(card.message) + "".join(card.thread)
        assert secret.encode() not in await on_disk(scene)


async def test_a_deployment_is_one_entry_and_a_look_at_it_another(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")
        assert await scene.services.store.read_all(prefix="request/") == []
        (deployment,) = scene.services.ledger.newest()
        await scene.outsider.types(f"/shipmate cancel {deployment.id}")
        await scene.services.store.put("test", "settled", value=True)
        (entry,) = await scene.services.store.read_all(prefix="request/")
        assert entry.data["deployment"] == deployment.id
