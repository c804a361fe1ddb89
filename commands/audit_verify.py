"""`/shipmate audit verify`: whether the record is the one that was written."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import Need, Permission
from bot.audit.proof import prove
from bot.audit.witnesses import Witness, from_git, from_slack
from bot.command import Command, Context, Option, Reply
from bot.errors import UsageError
from bot.notifications.weekly import channel_of
from bot.store import Head, read_head
from bot.views.proof import proof

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.grammar import Words
    from bot.services import Services

_DIGESTS_SINCE = timedelta(days=92)
"""A quarter's digests: each page of a channel's history is one more question to Slack."""


class VerifyArguments(BaseModel):
    """A head that somebody has kept, "" for none."""

    model_config = ConfigDict(frozen=True)

    head: str = ""


def parse_verify(words: Words, catalog: Catalog) -> VerifyArguments:
    """The words as arguments. Raises UsageError."""
    del catalog
    words.at_most(0)
    head = words.value("head")
    if head and read_head(head, "") is None:
        raise UsageError(
            "--head takes a position and a hash, in quotes, as a commit's Audit-Head has them.",
            field="head",
        )
    return VerifyArguments(head=head)


def needs_verify(arguments: VerifyArguments, catalog: Catalog) -> tuple[Need, ...]:
    """To look, everywhere: the answer is about the whole record."""
    del arguments
    return tuple(Need(permission=Permission.VIEW, scope=each.name) for each in catalog.environments)


async def run_verify(arguments: VerifyArguments, context: Context) -> Reply:
    """Recompute every hash, and ask everyone who has kept one."""
    services = context.services
    position, seal = services.store.head
    given = read_head(arguments.head, "the head that was given")
    known = [*([given] if given else []), *_remembered(position, seal)]
    witnesses = _witnesses(services)
    unheard = [] if "Git" in witnesses else ["GITOPS_REPO is not set, so no commit was compared."]
    shown = await prove(services.store.path, witnesses, known, unheard)
    return Reply(proof(shown), failed=not shown.holds)


def _witnesses(services: Services) -> dict[str, Witness]:
    """Git and Slack, as far as they are at hand: a shell beside the file has no Slack to ask."""
    found: dict[str, Witness] = {}
    gitops, slack = getattr(services, "gitops", None), getattr(services, "slack", None)
    if gitops is not None:
        found["Git"] = lambda: from_git(gitops)
    if slack is not None:
        since = services.clock.now() - _DIGESTS_SINCE
        found["Slack"] = lambda: from_slack(slack, channel_of(services), since)
    return found


def _remembered(position: int, seal: str) -> list[Head]:
    """What the running bot itself has last written."""
    return [Head(position, seal, "the running bot")] if position else []


AUDIT_VERIFY: Command[VerifyArguments] = Command(
    name="audit verify",
    summary="Check that no event of the record was changed, moved or removed",
    usage='[--head "position hash"]',
    options=(Option("head", "Compare with a head that you have kept, too", value="position hash"),),
    examples=("",),
    parse=parse_verify,
    needs=needs_verify,
    run=run_verify,
    speed="slow",
    on_file=True,
)
