"""`/shipmate app …`: what the argocd CLI shows of one application, in short."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import Need, Permission
from bot.command import Command, Context, Option, Reply
from bot.errors import NotKnown, UsageError
from bot.grammar import Words, nearest
from bot.views import application
from integrations.argocd.model import ApplicationRef

if TYPE_CHECKING:
    from bot.catalog import Catalog

_SINCE = re.compile(r"(\d{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
MOST_LINES = 1000
"""The most log lines that one answer is made of."""


class AppArguments(BaseModel):
    """Which application, which of its objects ("" for all), and how. `since` is in seconds."""

    model_config = ConfigDict(frozen=True)

    application: str
    resource: str = ""
    hard: bool = False
    tail: int = 50
    container: str = ""
    since: int = 0


def parse(words: Words, catalog: Catalog) -> AppArguments:
    """The words as arguments. The catalog does not know every application: Argo CD does."""
    words.at_most(1)
    return parse_object(words, catalog)


def parse_object(words: Words, catalog: Catalog) -> AppArguments:
    """The same, with a second word for one of its objects."""
    del catalog
    name = words.take(0, "application")
    words.at_most(2)
    return AppArguments(
        application=name,
        resource=words.at(1),
        hard=words.flag("hard"),
        tail=words.number("tail", 50, least=1, most=MOST_LINES),
        container=words.value("container"),
        since=_seconds(words.value("since")),
    )


def _seconds(text: str) -> int:
    found = _SINCE.fullmatch(text)
    if text and not found:
        raise UsageError("--since takes a time such as 30s, 10m, 2h or 1d.", field="since")
    return int(found.group(1)) * _SECONDS[found.group(2)] if found else 0


def needs_view(arguments: AppArguments, catalog: Catalog) -> tuple[Need, ...]:
    """To look, where the application belongs."""
    scope = catalog.scope_of(arguments.application)
    return (Need(permission=Permission.VIEW, scope=scope),)


def needs_logs(arguments: AppArguments, catalog: Catalog) -> tuple[Need, ...]:
    """To read what pods and events say."""
    scope = catalog.scope_of(arguments.application)
    return (Need(permission=Permission.LOGS, scope=scope),)


async def find(name: str, context: Context) -> ApplicationRef:
    """The application as Argo CD lists it. Raises NotKnown with the nearest names."""
    services = context.services
    known = services.applications.applications
    if name not in known:
        known = {each.name: each for each in await services.argocd.list_applications()}
    if name not in known:
        raise NotKnown(
            f"Argo CD lists no application “{name[:80]}”.",
            near=nearest(name, known),
            field="application",
        )
    return known[name].ref


async def run_get(arguments: AppArguments, context: Context) -> Reply:
    """Health, sync, the last operation, conditions, images."""
    ref = await find(arguments.application, context)
    app = await context.services.applications.look(ref)
    return Reply(application.overview(app, context.services.argocd.page(ref)))


async def run_history(arguments: AppArguments, context: Context) -> Reply:
    """What was deployed when, by whom."""
    ref = await find(arguments.application, context)
    app = await context.services.applications.look(ref)
    return Reply(application.history(app, context.services.argocd.page(ref)))


async def run_resources(arguments: AppArguments, context: Context) -> Reply:
    """Every managed object."""
    services = context.services
    ref = await find(arguments.application, context)
    app = await services.applications.look(ref)
    nodes = await services.argocd.resource_tree(ref)
    return Reply(application.resources(app, nodes, services.argocd.page(ref)))


async def run_events(arguments: AppArguments, context: Context) -> Reply:
    """Kubernetes events about the application and what is unwell beneath it."""
    services = context.services
    ref = await find(arguments.application, context)
    found = list(await services.argocd.events(ref))
    for node in (await services.argocd.resource_tree(ref))[:200]:
        if node.health_message and node.ref.uid:
            found += await services.argocd.events(ref, node.ref)
    return Reply(application.events(ref.name, found, services.argocd.page(ref)))


async def run_refresh(arguments: AppArguments, context: Context) -> Reply:
    """Have Argo CD compare anew, with `--hard` rendering the manifests again too."""
    services = context.services
    ref = await find(arguments.application, context)
    how = "hard" if arguments.hard else "normal"
    app = await services.applications.look(ref, refresh=how)
    message = application.refreshed(
        app,
        services.argocd.page(ref),
        hard=arguments.hard,
        timed_out=app.refresh_timed_out,
    )
    return Reply(message)


def app_command(
    word: str,
    summary: str,
    run: Callable[[AppArguments, Context], Awaitable[Reply]],
    *options: Option,
    more: str = "",
    logs: bool = False,
    examples: tuple[str, ...] = ("link-app-staging",),
) -> Command[AppArguments]:
    """One `app …` command. `more` is the usage of a second word, where it takes one."""
    shown = [f"[--{each.name}{' ' + each.value if each.value else ''}]" for each in options]
    return Command(
        name=f"app {word}",
        summary=summary,
        usage=" ".join(part for part in ("<application>", more, *shown) if part),
        options=options,
        examples=examples,
        parse=parse_object if more else parse,
        needs=needs_logs if logs else needs_view,
        run=run,
        speed="slow",
        alone=True,
    )


APP_GET = app_command("get", "Health, sync and the last operation of an application", run_get)
APP_HISTORY = app_command("history", "What was deployed, with history ids", run_history)
APP_RESOURCES = app_command("resources", "Every object of an application", run_resources)
APP_EVENTS = app_command("events", "Kubernetes events of an application", run_events, logs=True)
APP_REFRESH = app_command(
    "refresh",
    "Have Argo CD compare an application with Git now",
    run_refresh,
    Option("hard", "Render the manifests again, too"),
)
