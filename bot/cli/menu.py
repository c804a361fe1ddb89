"""The command line's menu: shipmate's own subcommands, and every declared command."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import local
from bot.cli.line import find, line
from bot.cli.remote import remote
from bot.command import Command, Option
from bot.declared import declared
from bot.exits import Exit
from bot.needs import Need, load
from bot.version import version

_OWN = frozenset({"serve", "demo", "doctor", "manifest", "backup", "login", "help"})


def run(words: list[str]) -> int:
    """Run the words of one command line."""
    commands = _asked_of_the_bot()
    found = find(words, commands)
    if found is not None:
        rest = words[len(found.name.split()) :]
        if any(word in {"--help", "-h"} for word in rest):
            family = [each.name for each in commands if each.name.startswith(f"{found.name} ")]
            sys.stdout.write(described(found, family))
            return Exit.DONE
        return _ask(found, rest)
    if words[:1] == ["help"]:
        return run([*words[1:], "--help"])
    try:
        menu(commands)(args=words or ["--help"])
    except SystemExit as ended:
        return int(ended.code or Exit.DONE)
    return Exit.DONE


def _ask(command: Command[Any], rest: list[str]) -> int:
    """Ask the bot; where there is none, Argo CD itself, if that is all that the command needs."""
    asked = line([*command.name.split(), *rest])
    if command.on_file:
        return _ask_the_file(command, rest, asked)
    if not command.alone:
        return remote(asked)
    from bot.cli.alone import alone, is_possible  # noqa: PLC0415 -- loads only where it is of use

    if not is_possible():
        return remote(asked)
    if not load().shipmate_token:
        return alone(command, line(rest))
    return remote(asked, instead=lambda: alone(command, line(rest)))


def _ask_the_file(command: Command[Any], rest: list[str], asked: str) -> int:
    """Ask the bot; where there is none, the database beside the shell, if there is one."""
    from bot.cli.by_file import by_file, is_here  # noqa: PLC0415 -- loads only where it is of use

    if not is_here():
        return remote(asked)
    if not load().shipmate_token:
        return by_file(command, line(rest))
    return remote(asked, instead=lambda: by_file(command, line(rest)))


def menu(commands: Iterable[Command[Any]]) -> typer.Typer:
    """Everything that `shipmate --help` lists; the declared commands ask the running bot."""
    shown = typer.Typer(
        name="shipmate",
        help="Deploys through Git and Argo CD. Commands ask the running bot at SHIPMATE_URL.",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    shown.callback()(_shipmate)
    for own in (_serve, _demo, _doctor, _manifest, _backup, _login, _help):
        shown.command(own.__name__.removeprefix("_"))(own)
    by_group: dict[str, list[Command[Any]]] = {}
    for command in commands:
        by_group.setdefault(command.name.rpartition(" ")[0], []).append(command)
    alone = {member.name: member.summary for member in by_group.get("", [])}
    for group, members in by_group.items():
        inner = shown
        if group:
            names = ", ".join(member.name.removeprefix(f"{group} ") for member in members)
            said = f"{alone[group]}. Also: {names}." if group in alone else f"Commands: {names}."
            inner = typer.Typer(help=said, rich_markup_mode=None, no_args_is_help=True)
            shown.add_typer(inner, name=group)
        for member in members:
            inner.command(member.name.removeprefix(f"{group} "), help=member.summary)(_ask_the_bot)
    return shown


def _ask_the_bot() -> None:
    """Stands in the menu; `run` has taken the words of a declared command before."""


def _tell_version(is_asked: bool) -> None:  # noqa: FBT001 -- typer calls it
    if is_asked:
        sys.stdout.write(f"shipmate {version()}\n")
        raise typer.Exit(Exit.DONE)


def _shipmate(
    version: Annotated[  # noqa: FBT002 -- as typer has it
        bool,
        typer.Option(
            "--version", callback=_tell_version, is_eager=True, help="Say which shipmate this is."
        ),
    ] = False,
) -> None:
    """Stands above every command of the menu."""


def _serve() -> None:
    """Run the bot until it is told to stop."""
    raise typer.Exit(local.serve())


def _demo(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port of the page, 0 any; 8080 if it is free."),
    ] = None,
    speed: Annotated[float, typer.Option(help="How many times faster than real time.")] = 1.0,
) -> None:
    """Run the bot in a sandbox: a Slack, an Argo CD and a Git of its own, no accounts."""
    raise typer.Exit(local.demo(host, port, speed))


def _doctor() -> None:
    """Check every setting, scope and permission against the real systems."""
    raise typer.Exit(local.doctor())


def _manifest(
    url: Annotated[
        str, typer.Option(help="The bot's public address; without one, Socket Mode.")
    ] = "",
    name: Annotated[str, typer.Option(help="The app's name.")] = "shipmate",
) -> None:
    """Print the Slack app's manifest, from the declared commands."""
    raise typer.Exit(local.manifest(url, name))


def _backup(
    to: Annotated[
        Path | None, typer.Argument(help="Where to; beside the database when left out.")
    ] = None,
) -> None:
    """Copy the database into one checked file, also while the bot runs."""
    raise typer.Exit(local.backup(to))


def _login() -> None:
    """Say how to get a personal token for the command line."""
    raise typer.Exit(local.login())


def _help() -> None:
    """Show every command, or one of them in full."""


def described(command: Command[Any], family: Iterable[str] = ()) -> str:
    """What `--help` says of a declared command; `family` are those that begin with its name."""
    name = f"shipmate {command.name}"
    lines = [f"Usage: {name} {command.usage}".rstrip(), "", f"  {command.summary}."]
    options = [option for option in command.options if option.listed]
    if options:
        lines += ["", "Options:"]
        lines += [f"  {_spelled(option):<24}{option.summary}" for option in options]
    if command.examples:
        lines += ["", "Examples:"]
        lines += [f"  {name} {example}".rstrip() for example in command.examples]
    if also := ", ".join(f"shipmate {each}" for each in family):
        lines += ["", f"Also: {also}"]
    return "\n".join(lines) + "\n"


def _spelled(option: Option) -> str:
    return f"--{option.name} <{option.value.strip('<>')}>" if option.value else f"--{option.name}"


def _asked_of_the_bot() -> tuple[Command[Any], ...]:
    settings = load(Need.CATALOG)
    return tuple(
        command
        for command in declared(settings.shipmate_commands)
        if command.listed and command.name not in _OWN
    )
