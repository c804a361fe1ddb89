"""`/shipmate access …`: who may do what, and why; and who could approve then."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import SHARED, Actor, Door, Need, Permission, explained
from bot.command import Command, Context, Option, Reply
from bot.deployments.permissions import needs_of_change
from bot.errors import NotKnown, UsageError
from bot.grammar import brief, nearest
from bot.membership.granted import read_event
from bot.membership.grants_seen import STREAM
from bot.membership.history import PREFIX, fold
from bot.membership.past import who_could_approve
from bot.views import access
from commands.people import called

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.grammar import Words

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_ID = re.compile(r"(?:slack:)?([UW][A-Z0-9]{5,})")
_PIPELINE = re.compile(r"ci:([A-Za-z0-9-]+/[A-Za-z0-9._-]+)")
_ME = "me"


class ExplainArguments(BaseModel):
    """Whom it is about: an ID, `ci:owner/repository`, "@name" or "me"; and the permission."""

    model_config = ConfigDict(frozen=True)

    who: str
    need: Need


class ReportArguments(BaseModel):
    """Which moment: a day stands for its end. None is now."""

    model_config = ConfigDict(frozen=True)

    at: datetime | None = None


def parse_explain(words: Words, catalog: Catalog) -> ExplainArguments:
    """The words as arguments. Raises UsageError and NotKnown."""
    who = words.take(0, "person", field="who")
    permission = _permission(words.take(1, "permission"))
    scope = _scope(words.take(2, "environment"), catalog)
    words.at_most(3)
    return ExplainArguments(who=_who(who), need=Need(permission=permission, scope=scope))


def _who(word: str) -> str:
    mention = _MENTION.fullmatch(word) or _ID.fullmatch(word)
    if mention:
        return mention[1]
    return word if _PIPELINE.fullmatch(word) or word == _ME else f"@{word.removeprefix('@')}"


def _permission(word: str) -> Permission:
    try:
        return Permission(word.casefold())
    except ValueError:
        known = [each.value for each in Permission]
        near = nearest(word, known)
        raise NotKnown(
            f"There is no permission “{brief(word)}”.",
            near=near,
            hint="" if near else f"The permissions are {', '.join(known)}.",
            field="permission",
        ) from None


def _scope(word: str, catalog: Catalog) -> str:
    """An environment by name or alias, `shared`, or where an application belongs."""
    if word.casefold() == SHARED:
        return SHARED
    if any(each.name == word for each in catalog.applications):
        return catalog.scope_of(word)
    return catalog.environment(word).name


def needs_explain(arguments: ExplainArguments, catalog: Catalog) -> tuple[Need, ...]:
    """To look, where the question is about."""
    del catalog
    return (Need(permission=Permission.VIEW, scope=arguments.need.scope),)


async def run_explain(arguments: ExplainArguments, context: Context) -> Reply:
    """The decision as it would be made now, and what it rests on."""
    services, need = context.services, arguments.need
    actor = await _actor(arguments.who, context)
    memberships = await services.membership.of(actor)
    asked = _as_asked(need, services.catalog)
    found = explained(actor, memberships, asked, services.catalog.access)
    members = await services.membership.members()
    return Reply(access.explanation(actor, need, found, memberships, members))


def _as_asked(need: Need, catalog: Catalog) -> Need:
    """The need as a request would have it: with what is as good, where others approve."""
    if need.permission is not Permission.DEPLOY or need.scope == SHARED:
        return need
    return needs_of_change(need.scope, catalog)[0]


async def _actor(who: str, context: Context) -> Actor:
    """Whom the question is about, as if they asked in Slack themselves."""
    if who == _ME:
        return context.actor.model_copy(update={"door": Door.SLACK})
    pipeline = _PIPELINE.fullmatch(who)
    if pipeline:
        return Actor(kind="ci", id=pipeline[1], door=Door.API)
    if not who.startswith("@"):
        return Actor(id=who)
    found = await called(who, context, field="who")
    return Actor(id=found.id, name=found.name)


def parse_report(words: Words, catalog: Catalog) -> ReportArguments:
    """The words as arguments. Raises UsageError."""
    del catalog
    words.at_most(0)
    text = words.value("at")
    return ReportArguments(at=_moment(text) if text else None)


def _moment(text: str) -> datetime:
    """A day's end, or the moment itself; UTC where it does not say."""
    try:
        if "T" not in text.upper() and " " not in text.strip():
            day = date.fromisoformat(text.strip())
            return datetime.combine(day, time.max, UTC)
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            f"“{brief(text)}” is no date: say 2026-11-20, or 2026-11-20T14:00 (UTC).", field="at"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def needs_report(arguments: ReportArguments, catalog: Catalog) -> tuple[Need, ...]:
    """To look, everywhere: the answer is about every environment."""
    del arguments
    return tuple(Need(permission=Permission.VIEW, scope=each.name) for each in catalog.environments)


async def run_report(arguments: ReportArguments, context: Context) -> Reply:
    """Fold what was recorded of grants and groups up to the moment."""
    services, now = context.services, context.services.clock.now()
    at = arguments.at or now
    if at - now > timedelta(days=1):
        raise UsageError(f"{at:%Y-%m-%d %H:%M} UTC is yet to come.", field="at")
    at = min(at, now)
    seen = [read_event(each.data) for each in await services.store.read(STREAM)]
    groups = [each for each in await services.store.read_all(prefix=PREFIX) if each.at <= at]
    return Reply(access.report(who_could_approve(at, seen, fold(groups))))


ACCESS_EXPLAIN: Command[ExplainArguments] = Command(
    name="access explain",
    summary="Whether somebody may do something, and by which grant",
    usage="<person> <permission> <environment>",
    examples=("@ada deploy production", "me approve production", "ci:link/app deploy dev"),
    parse=parse_explain,
    needs=needs_explain,
    run=run_explain,
    speed="slow",
)

ACCESS_REPORT: Command[ReportArguments] = Command(
    name="access report",
    summary="Who could approve in each environment, now or then",
    usage="[--at date]",
    options=(Option("at", "The end of that day, or that moment (UTC)", value="date"),),
    examples=("", "--at 2026-11-20"),
    parse=parse_report,
    needs=needs_report,
    run=run_report,
    speed="slow",
)
