"""`/shipmate audit export`: the record for other programs, or one change on a page."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from bot.audit import export
from bot.audit.evidence import evidence, text
from bot.audit.reading import everything
from bot.command import Command, Context, File, Option, Reply
from bot.deployments.ledger import PREFIX
from bot.errors import Conflict, NotKnown, UsageError
from bot.grammar import brief
from bot.views import audit as views
from bot.views.evidence import page
from commands.audit import (
    WHOSE,
    AuditArguments,
    about,
    asked_again,
    environment,
    needs,
    question,
    since,
    user,
)

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.grammar import Words

_MOST = 10_000
_SHOWN = 5


class ExportArguments(AuditArguments):
    """In which form; "" is a page to read, of one deployment."""

    format: Literal["", "jsonl", "csv"] = ""


def parse(words: Words, catalog: Catalog) -> ExportArguments:
    """The words as arguments. Raises UsageError and NotKnown."""
    words.at_most(0)
    deployment, chosen = words.value("deployment"), words.value("format")
    if chosen not in ("", "jsonl", "csv"):
        raise UsageError(f"--format takes jsonl or csv, not “{brief(chosen)}”.", field="format")
    return ExportArguments(
        user=user(words),
        environment=environment(words, catalog),
        since=since(words),
        limit=words.number("limit", _MOST, least=1),
        looks=True,
        deployment=deployment,
        format="csv" if chosen == "csv" else "jsonl" if chosen or not deployment else "",
    )


async def run(arguments: ExportArguments, context: Context) -> Reply:
    """Every event that answers, whole: in Slack as a file, or where none can be sent its beginning
    with the count.
    """
    services = context.services
    key = arguments.deployment
    found = await asyncio.to_thread(everything, services.store.path, question(arguments, services))
    if key and not any(event.stream == f"{PREFIX}{key}" for event, _ in found):
        raise NotKnown(
            f"The record holds no deployment “{brief(key)}”.",
            hint="`/shipmate deployments` lists the newest with their ids.",
        )
    if not arguments.format:
        categories = {app.name: app.category for app in services.catalog.applications}
        parts = evidence(found, services.store.head, categories)
        return Reply(page(key, parts), document=text(key, parts))
    if len(found) > arguments.limit:
        raise Conflict(
            f"These are {len(found):,} events, more than the {arguments.limit:,} that are exported "
            "at a time.",
            hint="Narrow it with --since, --environment or --user, or raise --limit.",
        )
    written = list(export.as_csv(found) if arguments.format == "csv" else export.jsonl(found))
    heading = arguments.format == "csv"
    again = " ".join(
        ["shipmate audit export", "--format", arguments.format, *asked_again(arguments)]
    )
    message = views.exported(written[: _SHOWN + heading], len(found), again, heading=heading)
    document = "\n".join(written)
    file = _file(arguments, len(found), context) if found else None
    return Reply(message, document=document, file=file)


def _file(arguments: ExportArguments, total: int, context: Context) -> File:
    day = context.services.clock.now().strftime("%Y-%m-%d")
    of = f"-{arguments.deployment}" if arguments.deployment else ""
    name = f"shipmate-audit{of}-{day}.{arguments.format}"
    return File(name, views.introduced(total, about(arguments)), views.sent(total, name))


AUDIT_EXPORT: Command[ExportArguments] = Command(
    name="audit export",
    summary="The record as JSON lines or CSV, or one page of evidence for one deployment",
    usage="[--format jsonl|csv] [--deployment id] [--user @name] [--environment name] [--since 7d]",
    options=(
        Option("format", "jsonl or csv; one deployment without it is a page to read", value="name"),
        Option("deployment", "Only what concerns this deployment", value="id"),
        *WHOSE,
        Option("limit", f"How many at most, {_MOST:,} where not said", value="n"),
    ),
    examples=("--format csv --since 90d", "--deployment d4k2m9q"),
    parse=parse,
    needs=needs,
    run=run,
    speed="slow",
    on_file=True,
)
