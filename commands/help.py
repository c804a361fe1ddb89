"""`/shipmate help`: every command, or one of them in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.command import Command, Context, Reply
from bot.errors import NotKnown
from bot.grammar import nearest
from bot.views import manual

if TYPE_CHECKING:
    from bot.access import Need
    from bot.catalog import Catalog
    from bot.grammar import Words


class HelpArguments(BaseModel):
    """Which command, "" for all."""

    model_config = ConfigDict(frozen=True)

    command: str = ""


def parse(words: Words, catalog: Catalog) -> HelpArguments:
    """One or two words that name a command. Raises UsageError."""
    del catalog
    words.at_most(2)
    return HelpArguments(command=" ".join(words.positional).casefold().lstrip("/"))


def needs(arguments: HelpArguments, catalog: Catalog) -> tuple[Need, ...]:
    """Everybody may know what can be asked."""
    del arguments, catalog
    return ()


async def run(arguments: HelpArguments, context: Context) -> Reply:
    """The list, or one command with its options and examples."""
    known = [each for each in context.commands if each.listed]
    if not arguments.command:
        return Reply(manual.all_commands(known))
    chosen = next((each for each in known if each.name == arguments.command), None)
    if chosen is not None:
        return Reply(manual.one_command(chosen))
    family = [each for each in known if each.name.startswith(f"{arguments.command} ")]
    if family:
        return Reply(manual.all_commands(family))
    names = tuple(each.name for each in known)
    raise NotKnown(
        f"There is no command “{arguments.command[:60]}”.",
        near=nearest(arguments.command, names),
        hint="All commands: `/shipmate help`.",
    )


HELP: Command[HelpArguments] = Command(
    name="help",
    summary="Every command, or one of them in full",
    usage="[command]",
    examples=("", "deploy", "app logs"),
    parse=parse,
    needs=needs,
    run=run,
)
