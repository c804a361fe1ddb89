"""Runs a command right here, where it needs nothing but Argo CD and there is no bot to ask."""

from __future__ import annotations

import asyncio
import getpass
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TextIO, cast

from bot import connect
from bot.access import Actor, Door
from bot.catalog import load as load_catalog
from bot.command import Command, Context, Reply
from bot.errors import UserError
from bot.exits import Exit, exit_for
from bot.grammar import read
from bot.needs import Need, load, missing
from bot.settings import Settings
from bot.views import plain, refusals
from bot.views.message import Message
from integrations.argocd.watch import ApplicationWatch
from integrations.clock import SystemClock
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.services import Services


def is_possible() -> bool:
    """Whether the settings name an Argo CD, and a way to log in."""
    return not any(missing(load(), (Need.ARGOCD,)))


def alone(
    command: Command[Any], rest: str, *, out: TextIO | None = None, err: TextIO | None = None
) -> int:
    """Answer as the bot would, with whatever the account of ARGOCD_AUTH_TOKEN may see."""
    settings = load(Need.ARGOCD, Need.CATALOG)
    try:
        reply = asyncio.run(_run(command, rest, settings))
    except (UserError, UpstreamError) as error:
        (err or sys.stderr).write("\n".join(plain.lines(told(error, command))) + "\n")
        return exit_for(error)
    (out or sys.stdout).write("\n".join(plain.lines(reply.message)) + "\n")
    return Exit.FAILED if reply.failed else Exit.DONE


def told(error: UserError | UpstreamError, command: Command[Any]) -> Message:
    """What a shell is told of what stood in the way."""
    if isinstance(error, UserError):
        return refusals.refused(error, usage=f"shipmate {command.name} {command.usage}")
    return refusals.upstream_failed(error)


async def _run(command: Command[Any], rest: str, settings: Settings) -> Reply:
    catalog, clock = load_catalog(settings.catalog_path), SystemClock()
    arguments = command.parse(read(rest, command.options), catalog)
    async with connect.argocd(settings, clock, catalog) as argocd:
        services = SimpleNamespace(
            catalog=catalog,
            clock=clock,
            argocd=argocd,
            applications=ApplicationWatch(argocd, clock),  # it does not run, and so knows nothing
            argocd_url=settings.argocd_server,
        )
        actor = Actor(kind="ci", id="shell", name=getpass.getuser(), door=Door.API)
        context = Context(actor, cast("Services", services), request_key="shell")
        return await command.run(arguments, context)
