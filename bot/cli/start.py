"""Everything that a start rests on, read and checked; one message says all that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.errors import SettingsError
from bot.needs import EVERYTHING, load
from bot.settings import Settings


def right(variables: Mapping[str, str] | None = None) -> Settings:
    """The settings for `shipmate serve`, which go with a catalog and commands that are right too.

    Raises SettingsError, which names every variable at fault and every mistake of the catalog.
    """
    faults: list[str] = []
    _noting(faults, lambda: load(*EVERYTHING, variables=variables))
    settings = load(variables=variables)
    _noting(faults, lambda: _commands(settings))
    _noting(faults, lambda: _catalog(settings))
    if faults:
        raise SettingsError("\n".join(faults))
    return settings


def _noting(faults: list[str], check: Callable[[], object]) -> None:
    try:
        check()
    except SettingsError as error:
        faults.append(str(error))


def _commands(settings: Settings) -> None:
    from bot.declared import declared  # noqa: PLC0415 -- wrong settings are told before it loads

    declared(settings.shipmate_commands)


def _catalog(settings: Settings) -> None:
    from bot import connect  # noqa: PLC0415
    from bot.catalog import load as load_catalog  # noqa: PLC0415

    connect.check_environments(settings, load_catalog(settings.catalog_path))
