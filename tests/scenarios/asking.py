"""Asking a bot in every way there is, and the whole of what it answers."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

from bot.views.message import Message
from bot.views.plain import lines
from tests.forked import Forked
from tests.leaping import hurried, waiting_for
from tests.scenarios.story import Person, Story

_TOKEN = re.compile(r"SHIPMATE_TOKEN=(\S+)")


async def hears(person: Person, line: str, channel: str = "#deployments") -> str:
    """Everything that a person is answered to a slash command, at once or afterwards."""
    slack = person.story.world.slack
    before = len(slack.ephemerals(person.id))
    answer = await person.asks(line, channel)
    assert answer.status == 200, answer
    told = (await slack.until(lambda: slack.ephemerals(person.id)[before:]))[0]
    return f"{told.text}\n" + "\n".join(lines(Message(told.text, told.blocks)))


async def token_of(person: Person) -> str:
    """The personal token that `/shipmate login` shows."""
    found = _TOKEN.search(await hears(person, "/shipmate login"))
    assert found
    return found.group(1)


@dataclass(frozen=True)
class Said:
    """What the HTTP API answered."""

    status: int
    lines: list[dict[str, Any]]

    @property
    def reply(self) -> dict[str, Any]:
        """The first line."""
        assert self.lines[0]["type"] == "reply"
        return self.lines[0]

    @property
    def end(self) -> dict[str, Any]:
        """The last line."""
        assert self.lines[-1]["type"] == "end"
        return self.lines[-1]

    @property
    def events(self) -> list[str]:
        """The types of the events in between."""
        return [line["event"]["type"] for line in self.lines if line["type"] == "event"]


async def by_api(scene: Story, token: str, command: str) -> Said:
    """Ask over HTTP, to the end of the answer."""
    url = f"{scene.world.slack.bot_url}/api/v1/commands"
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession() as http,
        http.post(url, json={"command": command}, headers=headers) as answer,
    ):
        body = await answer.text()
        return Said(answer.status, [json.loads(line) for line in body.splitlines()])


@dataclass(frozen=True)
class Ran:
    """How a process ended."""

    code: int
    out: str
    err: str


async def by_shell(scene: Story, token: str, *words: str) -> Ran:
    """Ask the bot with `shipmate` and these words, as somebody with this token."""
    url = scene.world.slack.bot_url
    return await shipmate({"SHIPMATE_URL": url, "SHIPMATE_TOKEN": token}, *words)


async def shipmate(variables: Mapping[str, str], *words: str) -> Ran:
    """Run `shipmate` with these words and these variables, to its end."""
    ours = ("SLACK_", "ARGOCD_", "GITOPS_", "GITHUB_", "REGISTRY_", "SHIPMATE_")
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
    with TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = Forked(("tests.scenarios.shell", *words), {**inherited, **variables}, out, err)
        async with waiting_for(lambda: process.returncode is None), hurried():
            code = await process.wait()
        return Ran(code, out.read_text(), err.read_text())
