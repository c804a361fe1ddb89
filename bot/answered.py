"""What the record keeps of a request and its answer (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.access import Need
from bot.audit.answered import RequestAnswered, Result
from bot.deployments.ledger import deployment_id
from bot.errors import Conflict, NotAllowed, UserError
from bot.redaction import redacted
from bot.request import Answer, Found, Request
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.catalog import Catalog

_LONGEST = 1000


def is_told_by_its_deployment(request: Request, answer: Answer) -> bool:
    """Whether the request began a deployment, whose first event says all there is to say."""
    follow = answer.reply.follow
    return bool(follow) and answer.error is None and follow == deployment_id(request.key)


def answered(
    request: Request,
    answer: Answer,
    at: datetime,
    catalog: Catalog,
    *,
    found: Found | None = None,
    arguments: Any = None,
    needs: Sequence[Need] = (),
) -> RequestAnswered:
    """The entry of one request, as far as it was understood. No credential of its words is left."""
    words = f"{found.command.name} {found.rest}".rstrip() if found else request.text
    named = answer.reply.follow or getattr(arguments, "id", "")
    scopes = [need.scope for need in needs] or [getattr(arguments, "environment", "")]
    return RequestAnswered(
        at=at,
        actor=request.actor,
        login=catalog.github_logins.get(request.actor.id, ""),
        command=found.command.name if found else "",
        words=_cut(words),
        channel=request.channel_name or request.channel,
        environments=tuple(dict.fromkeys(scope for scope in scopes if scope)),
        permissions=tuple(dict.fromkeys(need.permission.value for need in needs)),
        reason=_cut(str(getattr(arguments, "reason", ""))),
        result=_result(answer),
        message=_cut(_message(answer.error)),
        reference=answer.reference,
        deployment=named if isinstance(named, str) else "",
    )


def must_be_kept_first(answer: Answer) -> bool:
    """Whether the person may hear of it only once the record has it: a refusal, a closed gate."""
    return isinstance(answer.error, NotAllowed | Conflict)


def _result(answer: Answer) -> Result:
    match answer.error:
        case None if answer.reply.failed:
            return Result.FAILED
        case None:
            return Result.FORM if answer.reply.modal else Result.OK
        case NotAllowed():
            return Result.REFUSED
        case Conflict():
            return Result.CONFLICT
        case UserError():
            return Result.USAGE
        case UpstreamError():
            return Result.UPSTREAM
        case _:
            return Result.BUG


def _message(error: Exception | None) -> str:
    match error:
        case UserError():
            return error.message
        case UpstreamError():
            return f"{error.service}: {error.summary}"
        case _:
            return ""


def _cut(text: str) -> str:
    clean = redacted(text)
    return clean if len(clean) <= _LONGEST else f"{clean[: _LONGEST - 1]}…"
