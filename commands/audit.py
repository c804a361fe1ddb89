"""`/shipmate audit`: who did what, where, why, and what came of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import SHARED, Need, Permission
from bot.audit.reading import Question, newest
from bot.command import Command, Context, Option, Reply
from bot.errors import UsageError
from bot.grammar import brief, join
from bot.views import audit as views
from bot.views.wording import elapsed

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.grammar import Words
    from bot.services import Services

_MOST = 50
_DAYS = 7
_SPAN = re.compile(r"([0-9]{1,4})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


class AuditArguments(BaseModel):
    """Whose entries, where, since when ("" and None: all of them), and how many."""

    model_config = ConfigDict(frozen=True)

    user: str = ""
    environment: str = ""
    since: timedelta | datetime | None = None
    limit: int = 15
    looks: bool = False
    deployment: str = ""


def parse(words: Words, catalog: Catalog) -> AuditArguments:
    """The words as arguments. Raises UsageError and NotKnown."""
    words.at_most(0)
    return AuditArguments(
        user=user(words),
        environment=environment(words, catalog),
        since=since(words),
        limit=words.number("limit", 15, least=1, most=_MOST),
        looks=words.flag("all"),
    )


def user(words: Words) -> str:
    """Whose entries: a Slack ID where somebody is mentioned, or what was typed."""
    typed = words.value("user").strip()
    mention = _MENTION.fullmatch(typed)
    return mention[1] if mention else typed.removeprefix("@")


def environment(words: Words, catalog: Catalog) -> str:
    """The environment's name, `shared`, or "" for all. Raises NotKnown."""
    named = words.value("environment")
    return named if named in ("", SHARED) else catalog.environment(named).name


def since(words: Words) -> timedelta | datetime | None:
    """A span back from now, or a moment. Raises UsageError."""
    word = words.value("since")
    span = _SPAN.fullmatch(word)
    if span:
        return timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        day = datetime.fromisoformat(word) if word else None
    except ValueError:
        raise UsageError(
            f"--since takes a span (30m, 12h, 7d, 4w) or a day (2026-11-23), not “{brief(word)}”.",
            field="since",
        ) from None
    return day.replace(tzinfo=UTC) if day and not day.tzinfo else day


def needs(arguments: AuditArguments, catalog: Catalog) -> tuple[Need, ...]:
    """To look, in the environment asked for, or in every one and at what is shared.

    The record holds no credentials, and who may see what runs may see who changed it; the answer
    is private all the same.
    """
    everywhere = (*(each.name for each in catalog.environments), SHARED)
    scopes = (arguments.environment,) if arguments.environment else everywhere
    return tuple(Need(permission=Permission.VIEW, scope=scope) for scope in scopes)


async def run(arguments: AuditArguments, context: Context) -> Reply:
    """The newest entries; of the last week, where no other time was asked for."""
    services = context.services
    asked = question(arguments, services, timedelta(days=_DAYS))
    found = await asyncio.to_thread(newest, services.store.path, asked, arguments.limit)
    more = ["/shipmate audit", *asked_again(arguments)]
    more += ["--limit", str(min(_MOST, arguments.limit * 3))] if found.has_more else ["--all"]
    return Reply(views.audit(found, about(arguments), " ".join(more)))


def question(
    arguments: AuditArguments, services: Services, usual: timedelta | None = None
) -> Question:
    """What the record is asked; `usual` is how far back it goes where nothing was said."""
    back = arguments.since or usual
    return Question(
        user=arguments.user,
        environment=arguments.environment,
        since=services.clock.now() - back if isinstance(back, timedelta) else back,
        deployment=arguments.deployment,
        looks=arguments.looks,
        logins=services.catalog.github_logins,
    )


def about(arguments: AuditArguments) -> str:
    """What was asked for, as the end of a sentence."""
    parts = [f" of {arguments.user}"] if arguments.user else []
    parts += [f" in {arguments.environment}"] if arguments.environment else []
    match arguments.since:
        case None:
            parts.append(f" of the last {_DAYS} days")
        case timedelta():
            begin = datetime.fromtimestamp(0, UTC)
            parts.append(f" of the last {elapsed(begin, begin + arguments.since)}")
        case datetime():
            parts.append(f" since {arguments.since:%Y-%m-%d %H:%M} UTC")
    return "".join(parts)


def asked_again(arguments: AuditArguments) -> Iterable[str]:
    """The same question in words."""
    for name in ("deployment", "user", "environment"):
        value = getattr(arguments, name)
        if value:
            yield f"--{name} {join([value])}"
    match arguments.since:
        case timedelta():
            yield f"--since {int(arguments.since.total_seconds() // 60)}m"
        case datetime():
            yield f"--since {arguments.since.isoformat()}"
        case None:
            return


WHOSE = (
    Option("user", "Whose: @name, a Slack ID, a GitHub login, ci:owner/repository", value="@user"),
    Option("environment", "Where: an environment, or shared", value="name"),
    Option("since", "Not older than this: 12h, 7d, 2026-11-23", value="time"),
)

AUDIT: Command[AuditArguments] = Command(
    name="audit",
    summary="Who asked for what, what was refused, decided and done",
    usage="[--user @name] [--environment name] [--since 7d] [--limit n] [--all]",
    options=(
        *WHOSE,
        Option("limit", f"How many, at most {_MOST}", value="n"),
        Option("all", "What only looked, too"),
    ),
    examples=("", "--environment production --since 30d", "--user @dana"),
    parse=parse,
    needs=needs,
    run=run,
    speed="slow",
    on_file=True,
)
