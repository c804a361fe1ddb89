"""Runs a command on the database file beside the shell, where there is no bot to ask."""

from __future__ import annotations

import asyncio
import getpass
import sqlite3
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TextIO, cast

from bot.access import Actor, Door
from bot.audit.file import RecordFile
from bot.catalog import load as load_catalog
from bot.cli.alone import told
from bot.command import Command, Context, Reply
from bot.errors import UserError
from bot.exits import Exit, exit_for
from bot.grammar import read
from bot.needs import Need, load
from bot.settings import Settings
from bot.views import plain
from integrations.clock import SystemClock
from integrations.errors import UpstreamError
from integrations.gitops import GitOps

if TYPE_CHECKING:
    from bot.services import Services


def is_here() -> bool:
    """Whether the settings name a database that is there."""
    return Path(load(Need.STORE).shipmate_database).is_file()


def by_file(
    command: Command[Any], rest: str, *, out: TextIO | None = None, err: TextIO | None = None
) -> int:
    """Answer as the bot would; whoever may read the file may ask."""
    settings = load(Need.STORE, Need.CATALOG)
    try:
        reply = asyncio.run(_run(command, rest, settings))
    except (UserError, UpstreamError) as error:
        (err or sys.stderr).write("\n".join(plain.lines(told(error, command))) + "\n")
        return exit_for(error)
    except (OSError, sqlite3.Error) as error:
        (err or sys.stderr).write(f"{settings.shipmate_database} cannot be read: {error}.\n")
        return Exit.FAILED
    said = reply.document or plain.for_shell("\n".join(plain.lines(reply.message)))
    (out or sys.stdout).write(said + "\n")
    return Exit.FAILED if reply.failed else Exit.DONE


async def _run(command: Command[Any], rest: str, settings: Settings) -> Reply:
    catalog, clock = load_catalog(settings.catalog_path), SystemClock()
    arguments = command.parse(read(rest, command.options), catalog)
    services = SimpleNamespace(
        catalog=catalog,
        clock=clock,
        store=RecordFile(Path(settings.shipmate_database)),
        gitops=_gitops(settings),
    )
    actor = Actor(kind="ci", id="shell", name=getpass.getuser(), door=Door.API)
    context = Context(actor, cast("Services", services), request_key="shell")
    return await command.run(arguments, context)


def _gitops(settings: Settings) -> GitOps | None:
    """The repository, with a clone of its own beside the database: a bot may be using the other."""
    if not settings.gitops_repo:
        return None
    database = Path(settings.shipmate_database)
    return GitOps(
        settings.gitops_repo,
        database.with_name(f"{database.name}.audit.git"),
        branch=settings.gitops_branch,
        token=settings.gitops_token_for() or None,
        clock=SystemClock(),
    )
