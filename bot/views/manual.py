"""Help, made from the declared commands (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bot.views.blocks import code, context, escape, header, section
from bot.views.message import Block, Message

if TYPE_CHECKING:
    from bot.command import Command


def all_commands(commands: Sequence[Command[Any]]) -> Message:
    """One line each, in help order."""
    lines = [f"{code(typed(each))}  {escape(each.summary)}" for each in commands]
    chunks = ["\n".join(lines[at : at + 12]) for at in range(0, len(lines), 12)]
    said = "Commands: " + ", ".join(typed(each) for each in commands) + "."
    blocks: list[Block] = [header("shipmate"), *(section(chunk) for chunk in chunks)]
    blocks.append(context(f"One in full: {code('/shipmate help deploy')}"))
    return Message(text=escape(said), blocks=blocks)


def one_command(command: Command[Any]) -> Message:
    """Usage, options and examples."""
    said = f"{command.summary}."
    blocks: list[Block] = [
        header(typed(command)),
        section(f"{escape(said)}\n{code(f'{typed(command)} {command.usage}'.strip())}"),
    ]
    options = [option for option in command.options if option.listed]
    if options:
        lines = []
        for option in options:
            value = f" {option.value}" if option.value else ""
            lines.append(f"{code(f'--{option.name}{value}')}  {escape(option.summary)}")
        blocks.append(section("*Options*\n" + "\n".join(lines)))
    if command.examples:
        lines = [code(f"{typed(command)} {each}".strip()) for each in command.examples]
        blocks.append(section("*Examples*\n" + "\n".join(lines)))
    if command.slash:
        blocks.append(context(f"Also {code(f'/shipmate {command.name}')}"))
    return Message(text=escape(f"{typed(command)} {command.usage}: {said}"), blocks=blocks)


def typed(command: Command[Any]) -> str:
    """The command's name as it is typed in Slack."""
    return f"/{command.name}" if command.slash else f"/shipmate {command.name}"
