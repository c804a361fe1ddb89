"""The language that scenarios are told in: people, what they type and click, what a card shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.app import Bot
from bot.deployments.deployment import Deployment
from bot.deployments.events import DeploymentEvent
from bot.needs import EVERYTHING, load
from bot.sandbox.argocd import Definition, OperationRecord, Timings
from bot.sandbox.slack.delivery import Answer
from bot.sandbox.slack.model import SlackMessage, View
from bot.sandbox.world import World, world
from bot.services import Services
from integrations.groups import TaskGroup
from tests.leaping import clock_of_this_loop, waiting_for
from tests.scenarios.texts import everything_in, text_of

CATALOG = Path(__file__).parents[2] / "catalog.yaml"
HANGS_AFTER = 3600.0
"""Seconds of the story in which what it waits for must come."""

QUICK = Timings(operation=2.0, rollout=4.0)


@dataclass
class Person:
    """Somebody in the workspace."""

    id: str
    story: Story

    async def types(self, line: str, channel: str = "#deployments") -> str:
        """Type a slash command; the text that only they see in answer to it ("" for none)."""
        answer = await self.asks(line, channel)
        return text_of(answer)

    async def asks(self, line: str, channel: str = "#deployments") -> Answer:
        """Type a slash command; the whole answer of the bot to Slack."""
        return await self.story.world.slack.command(self.id, channel, line)

    async def clicks(self, card: Card, button: str, *, confirm: bool = True) -> Answer | None:
        """Press a button of a card, as it stands now."""
        slack = self.story.world.slack
        return await slack.click(self.id, card.message, button, confirm=confirm)

    async def submits(self, values: Mapping[str, Any]) -> Answer:
        """Fill in and submit the form they have open."""
        return await self.story.world.slack.submit(self.id, await self.form(), values)

    async def form(self) -> View:
        """The form they have in front of them, once it is there."""
        slack = self.story.world.slack
        view = await slack.until(lambda: slack.view(self.id))
        assert view is not None
        return view

    async def is_told(self, *words: str) -> str:
        """The newest private message that holds all the words, once there is one."""
        slack = self.story.world.slack

        def found() -> str:
            for message in reversed(slack.ephemerals(self.id)):
                whole = everything_in(message)
                if all(word in whole for word in words):
                    return whole
            return ""

        return await slack.until(found)


@dataclass
class Card:
    """One top-level message of the bot; `message` is how it stands now."""

    story: Story
    channel: str
    ts: str

    @property
    def message(self) -> SlackMessage:
        """As Slack shows it now."""
        found = self.story.world.slack.message(self.channel, self.ts)
        assert found is not None, "the card is gone"
        return found

    @property
    def text(self) -> str:
        """The notification text."""
        return self.message.text

    @property
    def everything(self) -> str:
        """All the text on it, blocks included."""
        return everything_in(self.message)

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons."""
        return [
            element["text"]["text"]
            for block in self.message.blocks
            if block["type"] == "actions"
            for element in block["elements"]
        ]

    @property
    def thread(self) -> list[str]:
        """The texts of its replies, oldest first."""
        return [reply.text for reply in self.story.world.slack.thread(self.ts)]

    async def shows(self, *words: str) -> None:
        """Wait until all the words are on it."""
        await self.story.world.slack.until(
            lambda: all(word in f"{self.text}\n{self.everything}" for word in words)
        )

    async def is_followed_by(self, *words: str) -> SlackMessage:
        """The first reply in its thread that holds all the words, once there is one."""
        slack = self.story.world.slack

        def found() -> SlackMessage | None:
            replies = slack.thread(self.ts)
            return next((r for r in replies if all(word in r.text for word in words)), None)

        reply = await slack.until(found)
        assert reply is not None
        return reply

    async def ends(self, state: str) -> None:
        """Wait for its end, and expect it to be this one."""
        going = ("Queued", "Waiting", "Running")
        await self.story.world.slack.until(lambda: not self.text.startswith(going))
        assert self.text.startswith(state), self.text


@dataclass
class Story:
    """A world, a bot in it, and its people."""

    world: World
    bot: Bot
    developer: Person = field(init=False)
    approver: Person = field(init=False)
    second_approver: Person = field(init=False)
    oncall: Person = field(init=False)
    outsider: Person = field(init=False)

    def __post_init__(self) -> None:
        self.developer = Person("U0DANA", self)
        self.approver = Person("U0AMIR", self)
        self.second_approver = Person("U0VERA", self)
        self.oncall = Person("U0OLU", self)
        self.outsider = Person("U0OTTO", self)

    @property
    def services(self) -> Services:
        """The running bot's services, to look behind the scene."""
        assert self.bot.services is not None
        return self.bot.services

    async def card(self, number: int = 1, channel: str = "#deployments") -> Card:
        """The bot's `number`th top-level message of a channel (from 1), once it is there."""
        slack = self.world.slack

        def found() -> SlackMessage | None:
            cards = [m for m in slack.messages(channel) if m.bot_id and not m.is_reply]
            return cards[number - 1] if len(cards) >= number else None

        message = await slack.until(found)
        assert message is not None
        return Card(self, channel, message.ts)

    def operations(self, application: str) -> list[OperationRecord]:
        """Every operation that Argo CD was asked for on one application."""
        return [o for o in self.world.argocd.operations if o.application == application]

    def once(
        self,
        event: type[DeploymentEvent],
        act: Callable[[], object] = lambda: None,
        about: str = "",
    ) -> asyncio.Event:
        """Do something the very moment that an event of this kind is first recorded, for any
        application or the one that it is `about`; what is returned is set by then.
        """
        happened = asyncio.Event()

        def hear(_: Deployment, heard: DeploymentEvent) -> None:
            fits = about in ("", getattr(heard, "application", ""))
            if isinstance(heard, event) and fits and not happened.is_set():
                happened.set()
                act()

        self.services.ledger.listeners.insert(0, hear)
        return happened

    async def commits(self, since: str = "") -> list[str]:
        """Subjects of the GitOps repository's commits after `since`, newest first."""
        return [commit.title for commit in await self.world.repository.log(since)]

    async def has_one_of_each(self, since: str) -> None:
        """Expect one commit since then, and one operation of ours on each of staging's parts."""
        assert len(await self.commits(since)) == 1
        for application in ("link-app-staging", "link-frontend"):
            ours = [o for o in self.operations(application) if o.infos]
            assert len(ours) == 1, application


@asynccontextmanager
async def story(
    directory: Path,
    *,
    timings: Timings = QUICK,
    catalog: str = "",
    definitions: Iterable[Definition] | None = None,
    environments: Sequence[str] = ("dev", "staging", "production"),
    socket_mode: bool = False,
    before_start: Callable[[World], object] | None = None,
    variables: Mapping[str, str] | None = None,
    argocd_is_there: bool = True,
) -> AsyncIterator[Story]:
    """A world with a bot in it, in this process. `catalog` is YAML in place of the platform's.

    `before_start`, if given, is called with the world before the bot starts; `variables` go on
    top of the bot's environment. The story begins once the bot knows the applications, or at
    once where `argocd_is_there` is False.
    """
    clock = clock_of_this_loop()
    async with world(
        directory, clock, timings=timings, definitions=definitions, environments=environments
    ) as everything:
        environment = everything.environment(socket_mode=socket_mode) | dict(variables or {})
        if catalog:
            path = directory / "catalog.yaml"
            path.write_text(catalog)
            environment["SHIPMATE_CATALOG"] = str(path)
        everything.slack.hangs_after = HANGS_AFTER
        if before_start is not None:
            before_start(everything)
        async with running(everything, environment, argocd_is_there=argocd_is_there) as bot:
            yield Story(everything, bot)


@asynccontextmanager
async def running(
    everything: World, variables: Mapping[str, str], *, argocd_is_there: bool = True
) -> AsyncIterator[Bot]:
    """One life of a bot in a world."""
    bot = Bot(load(*EVERYTHING, variables=variables), clock=everything.clock)
    async with waiting_for(lambda: _is_writing(bot)), TaskGroup() as group:
        life = group.create_task(bot.run(), name="bot")
        ready = group.create_task(bot.ready.wait(), name="ready")
        await asyncio.wait({life, ready}, return_when=asyncio.FIRST_COMPLETED)
        if life.done():
            life.result()
        everything.slack.bot_url = f"http://127.0.0.1:{bot.port}"
        try:
            if argocd_is_there:
                await until_ready(bot)
            yield bot
        finally:
            bot.stop()
            await life


def _is_writing(bot: Bot) -> bool:
    return bot.services is not None and bot.services.store.is_writing


async def until_ready(bot: Bot) -> None:
    """Wait for the first list of applications, so that stories begin with everything known."""
    assert bot.services is not None
    assert await bot.services.applications.wait_ready(60)


def platform(changes: Mapping[str, str]) -> str:
    """The platform's catalog with some of its words replaced, each of which must be there."""
    text = CATALOG.read_text()
    for before, after in changes.items():
        assert before in text, before
        text = text.replace(before, after)
    return text
