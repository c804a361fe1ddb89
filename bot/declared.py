"""The commands there are: those that the packages of SHIPMATE_COMMANDS declare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any

from bot.command import Command
from bot.errors import SettingsError


def declared(packages: Sequence[str]) -> tuple[Command[Any], ...]:
    """Every command of the packages' COMMANDS, in help order.

    Raises SettingsError where a package is not there, declares none, or repeats a name.
    """
    found: dict[str, Command[Any]] = {}
    for package in packages:
        for command in _commands(package):
            if command.name in found:
                raise SettingsError(
                    f"SHIPMATE_COMMANDS: {package} declares “{command.name}” a second time."
                )
            found[command.name] = command
    return tuple(found.values())


def as_registered(
    commands: Iterable[Command[Any]], names: Iterable[str]
) -> tuple[Command[Any], ...]:
    """The commands as Slack knows them: those that the catalog names have a slash of their own."""
    own = {name.lstrip("/") for name in names}
    return tuple(replace(each, slash=True) if each.name in own else each for each in commands)


def _commands(package: str) -> tuple[Command[Any], ...]:
    try:
        module = import_module(package)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{package}.".startswith(f"{error.name}."):
            raise  # the package is there, and what it needs is not: its own trace says more
        raise SettingsError(
            f"SHIPMATE_COMMANDS: there is no package “{package}”: install it beside shipmate, or name "
            "the folder that holds it in PYTHONPATH."
        ) from None
    commands = getattr(module, "COMMANDS", None)
    if not isinstance(commands, (tuple, list)):
        raise SettingsError(f"SHIPMATE_COMMANDS: {package} declares no COMMANDS.")
    return tuple(commands)
