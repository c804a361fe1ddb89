"""A few small commands: one for each thing that a door must carry."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.access import Need, Permission
from bot.catalog import Catalog
from bot.command import Command, Context, Form, Option, Reply
from bot.errors import SeveralMistakes, UsageError, UserError
from bot.filled import Filled
from bot.grammar import Words, join
from bot.store import NewEvent
from bot.views.blocks import actions, button, plain, section
from bot.views.message import Block, Message, Modal
from integrations.errors import Unreachable


@dataclass
class World:
    """What the commands did, and what they wait for."""

    ran: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    follow: Callable[[str], str] = lambda _: "d1"

    def commands(self) -> tuple[Command[Any], ...]:
        """The commands, which leave their marks here."""
        return (
            Command(
                name="deploy",
                summary="Deploy",
                usage="<environment> [tag]",
                parse=_environment_and_tag,
                needs=_deploy_there,
                run=self._deploy,
                options=(Option("reason", "Why", value="text"),),
                slash=True,
                form=Form(self._form, _line),
            ),
            Command("cancel", "Cancel", "<id>", _as_they_are, _nothing, self._cancel),
            Command("app get", "Look", "<app>", _as_they_are, _nothing, self._wait, speed="slow"),
            Command("app history", "Look back", "<app>", _as_they_are, _nothing, self._wait),
            Command("broken", "Fail", "", _as_they_are, _nothing, _fail),
            Command("picky", "Fail when quoted", "", _fail_when_quoted, _nothing, _fail, (_WHY,)),
            Command("help", "Help", "[command]", _as_they_are, _nothing, self._cancel),
        )

    async def _deploy(self, words: Words, context: Context) -> Reply:
        event = NewEvent("DeploymentRequested", {"words": list(words.positional)})
        await context.services.store.append(f"deployment/{context.request_key}", 0, [event])
        self.ran.append(join(("deploy", *words.positional)))
        self.keys.append(context.request_key)
        text = f"Queued: {words.at(1) or 'the newest build'} to {words.at(0)}."
        row = actions(button("Cancel", "run:cancel:1", "d1 now"), button("Open", "link:argocd"))
        return Reply(Message(text, [section(text), row]), follow=self.follow(context.request_key))

    async def _cancel(self, words: Words, context: Context) -> Reply:
        self.ran.append(join(("cancel", *words.positional)))
        return Reply(Message(f"Cancelled {words.at(0)} for {context.actor.name}."))

    async def _wait(self, words: Words, context: Context) -> Reply:
        del context
        await self.go_on.wait()
        self.ran.append(join(("app", *words.positional)))
        return Reply(Message(f"{words.at(0)} is Healthy."))

    async def _form(self, context: Context) -> Modal:
        self.ran.append(f"form for {context.actor.id}")
        blocks = [_field("environment"), _field("tag"), _field("reason")]
        return Modal("Deploy", "", blocks, submit="Deploy")


_WHY = Option("why", "Why", value="text")


def _fail_when_quoted(words: Words, catalog: Catalog) -> Words:
    """A bug that only the line shows which is meant."""
    del catalog
    words.at_most(0)
    if " " in words.value("why"):
        raise ValueError("a bug")
    return words


def _field(name: str) -> Block:
    element = {"type": "plain_text_input", "action_id": name}
    label = plain(name.capitalize())
    optional = name != "environment"
    return {
        "type": "input",
        "block_id": name,
        "label": label,
        "element": element,
        "optional": optional,
    }


def _line(filled: Filled) -> str:
    return filled.words("environment", "tag") + filled.options("reason")


def _environment_and_tag(words: Words, catalog: Catalog) -> Words:
    environment = catalog.environment(words.take(0, "environment")).name
    mistakes: list[UserError] = []
    if words.at(1):
        try:
            catalog.check_tag(environment, words.at(1))
        except UsageError as error:
            mistakes.append(error)
    if words.value("reason") == "no":
        mistakes.append(UsageError("“no” is no reason.", field="reason"))
    if mistakes:
        raise SeveralMistakes(mistakes)
    return Words((environment, *words.positional[1:]), words.options)


def _as_they_are(words: Words, catalog: Catalog) -> Words:
    del catalog
    return words


def _deploy_there(words: Words, catalog: Catalog) -> tuple[Need, ...]:
    del catalog
    return (Need(permission=Permission.DEPLOY, scope=words.at(0)),)


def _nothing(words: Words, catalog: Catalog) -> tuple[Need, ...]:
    del words, catalog
    return ()


async def _fail(words: Words, context: Context) -> Reply:
    del context
    match words.at(0):
        case "argocd":
            raise Unreachable("Argo CD", "it did not answer.")
        case "group":
            raise ExceptionGroup("several", [UsageError("Only one of several.")])
        case _:
            raise KeyError("a-secret-in-a-message")
