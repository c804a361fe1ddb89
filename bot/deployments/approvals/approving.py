"""Put a plan before the approvers, wait for them, and hold an approval to what was approved."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bot import working_hours
from bot.access import Permission
from bot.deployments import endings
from bot.deployments.approvals.approval import (
    Approval,
    Expire,
    Remind,
    due,
    plan_digest,
)
from bot.deployments.approvals.evidence import evidence
from bot.deployments.approvals.moved import what_moved
from bot.deployments.approvals.newer import newer_than
from bot.deployments.approvals.review import Review
from bot.deployments.approvals.reviewing import review
from bot.deployments.approvals.riding import riding
from bot.deployments.approvals.voices import lost_voice
from bot.deployments.approvals.wording import moved
from bot.deployments.deployment import Deployment
from bot.deployments.events import (
    ApprovalLapsed,
    ApprovalReminded,
    ApprovalRequested,
    DeploymentEnded,
    DeploymentEvent,
    Outcome,
    Quorum,
)
from bot.deployments.patience import unless
from bot.deployments.plan import Plan
from bot.deployments.planning import Planned
from bot.deployments.superseding import supersede_older
from bot.deployments.trouble import trouble
from bot.errors import UserError
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.catalog import Catalog, Environment
    from bot.services import Services

TOO_LATE = "It was approved and could not start in time."

KNOWN_NOW = "GitHub tells by now which commits ship, which could not be told before."

LOOK_AGAIN = 30.0
"""Seconds after which a plan that waits for approvers is compared with the world anew."""


async def ask(services: Services, deployment: Deployment, planned: Planned) -> None:
    """Put the plan before the approvers of its environment."""
    seen = await evidence(services, deployment, planned)
    environment = services.catalog.environment(scope_of(deployment))
    notify = await slack_ids(services, approvers_of(services.catalog, environment))
    asked = _asked(services, deployment, planned.to_ask, seen, notify)
    await services.ledger.record(
        deployment.id, lambda d: [] if d.approval or d.cancel or d.ended else [asked]
    )
    await supersede_older(services, services.ledger.get(deployment.id))


async def attend(
    services: Services, deployment: Deployment, plan: Callable[[], Awaitable[Planned]]
) -> None:
    """One stretch of waiting: do what is due, or wait for news and look whether the plan holds."""
    approval, now = deployment.approval, services.clock.now()
    assert approval is not None  # noqa: S101 - decide() asks first
    bell = services.ledger.bell(deployment.id)
    if services.ledger.get(deployment.id).version != deployment.version:
        return
    match due(approval, now):
        case Expire():
            await _unless_decided(services, deployment, _expired(services, deployment, now))
        case Remind(whom=whom):
            subjects = approval.asked.backup if whom == "backup" else approval.asked.approvers
            notify = await slack_ids(services, subjects)
            event = ApprovalReminded(at=now, to=whom, notify=notify)
            await _unless_decided(services, deployment, event)
        case wait:
            pause = min((wait.until - now).total_seconds(), LOOK_AGAIN)
            if not await _rings(services, bell, pause):
                await _look_again(services, deployment, plan)


async def await_turn(services: Services, deployment: Deployment) -> None:
    """Approved, and others are ahead: wait for any news; an approval does not last for ever."""
    approval, now = deployment.approval, services.clock.now()
    assert approval is not None  # noqa: S101 - decide() saw it
    start_by = approval.start_by
    bell = services.ledger.bell()
    if services.ledger.get(deployment.id).version != deployment.version or start_by is None:
        return
    if now >= start_by:
        await lapse(services, deployment, TOO_LATE)
        return
    await _rings(services, bell, min((start_by - now).total_seconds(), LOOK_AGAIN))


async def still_holds(services: Services, deployment: Deployment, plan: Plan) -> bool:
    """Whether what is about to happen is what was approved, by people who still may approve it.

    Where it is not, that is recorded and the approvers are asked anew. Raises UpstreamError
    where it cannot be told.
    """
    if not deployment.request.needs_approval:
        return True
    approval = deployment.approval
    assert approval is not None  # noqa: S101 - decide() starts nothing else
    start_by = approval.start_by
    late = start_by is not None and services.clock.now() >= start_by
    why = TOO_LATE if late else await lost_voice(services, deployment, approval)
    if not why:
        seen = Review(riding=(await riding(services, plan)).commits)
        if plan_digest(plan, seen) == approval.asked.digest:
            return True
        why = moved(what_moved(approval.asked.plan, plan))
    await lapse(services, deployment, why)
    return False


def scope_of(deployment: Deployment) -> str:
    """The environment whose approvers decide."""
    return deployment.request.environment


async def _look_again(
    services: Services, deployment: Deployment, plan: Callable[[], Awaitable[Planned]]
) -> None:
    """Ask anew where the plan is another by now. Whatever is decided meanwhile ends the look: a
    cancellation, a yes or a no waits for no answer of a slow system.
    """
    found: list[str | DeploymentEvent] = []

    async def look() -> None:
        found.extend(await _news(services, deployment, plan))

    await unless(
        lambda: services.ledger.get(deployment.id).version != deployment.version,
        lambda: services.ledger.bell(deployment.id),
        look,
    )
    for news in found:
        if isinstance(news, str):
            await lapse(services, deployment, news)
        else:
            await _unless_decided(services, deployment, news)


async def _news(
    services: Services, deployment: Deployment, plan: Callable[[], Awaitable[Planned]]
) -> list[str | DeploymentEvent]:
    """Why the plan does not hold any more, or what is known or newer by now. What cannot be told
    now is no news: a system that is away, or a file in Git that says nothing sensible for a while.
    """
    approval = deployment.approval
    assert approval is not None  # noqa: S101 - attend() asked
    try:
        planned = await plan()
        seen = await review(services, deployment, planned.plan, planned.closed)
    except UpstreamError as error:
        services.reachability.heard(error)
        services.progress.note(deployment.id, trouble(error))
        return []
    except UserError as error:
        services.progress.note(deployment.id, error.message)
        return []
    services.progress.note(deployment.id, "")
    if seen.riding_is_unknown and not seen.riding_is_cut:
        return []
    if plan_digest(planned.plan, seen) != approval.asked.digest:
        return [moved(what_moved(approval.asked.plan, planned.plan))]
    if _could_see_more(deployment, approval, planned.plan):
        return [ApprovalLapsed(at=services.clock.now(), why=KNOWN_NOW)]
    newer = await newer_than(services, deployment)
    return [newer] if newer is not None else []


def _could_see_more(deployment: Deployment, approval: Approval, plan: Plan) -> bool:
    """Whether those who were asked could not be shown what ships, and nobody said yes to that.
    They are asked anew for it once: a GitHub that comes and goes would have them asked for ever.
    """
    if deployment.lapsed is not None and deployment.lapsed.why == KNOWN_NOW:
        return False
    was_unknown = approval.asked.plan.commits.status == "unknown"
    return was_unknown and plan.commits.status != "unknown" and not approval.approved


async def lapse(services: Services, deployment: Deployment, why: str) -> None:
    """Have the approvers asked anew, unless it is over, refused or written already."""

    def lapsed(d: Deployment) -> list[DeploymentEvent]:
        if d.approval is None or d.approval.rejected:
            return []
        if d.ended or d.cancel or d.has_written:
            return []
        by = tuple(yes.actor for yes in d.approval.approved)
        return [ApprovalLapsed(at=services.clock.now(), why=why, approved_by=by)]

    await services.ledger.record(deployment.id, lapsed)


async def _unless_decided(
    services: Services, deployment: Deployment, event: DeploymentEvent
) -> None:
    await services.ledger.record(
        deployment.id, lambda d: [event] if d.version == deployment.version else []
    )


def _asked(
    services: Services, deployment: Deployment, plan: Plan, seen: Review, notify: tuple[str, ...]
) -> ApprovalRequested:
    catalog, now = services.catalog, services.clock.now()
    environment = catalog.environment(scope_of(deployment))
    rule = environment.approval
    hours = catalog.working_hours
    return ApprovalRequested(
        at=now,
        plan=plan,
        digest=plan_digest(plan, seen),
        review=seen,
        needed=rule.needed,
        quorum=tuple(Quorum(of=each.of, at_least=each.at_least) for each in rule.quorum),
        approvers=approvers_of(catalog, environment),
        backup=rule.backup,
        notify=notify,
        remind_at=working_hours.later(now, rule.expires_hours / 2, hours),
        expires_at=working_hours.later(now, rule.expires_hours, hours),
        start_within=rule.start_within_minutes * 60,
    )


async def slack_ids(services: Services, subjects: Sequence[str]) -> tuple[str, ...]:
    """Slack's own ids of these subjects, for mentions; () where Slack does not tell now."""
    named = [subject.partition(":")[2] for subject in subjects if subject.startswith("group:")]
    people = [subject.partition(":")[2] for subject in subjects if subject.startswith("slack:")]
    try:
        groups = await services.slack.usergroups() if named else ()
    except UpstreamError:
        groups = ()
    return (*(key for key, handle in groups if key in named or handle in named), *people)


def approvers_of(catalog: Catalog, environment: Environment) -> tuple[str, ...]:
    """The subjects who may approve there, as the catalog names them."""
    about = [
        grant for grant in catalog.access if grant.covers(Permission.APPROVE, environment.name)
    ]
    return tuple(dict.fromkeys(subject for grant in about for subject in grant.to))


def _expired(services: Services, deployment: Deployment, now: datetime) -> DeploymentEnded:
    rule = services.catalog.environment(scope_of(deployment)).approval
    return DeploymentEnded(
        at=now,
        outcome=Outcome.EXPIRED,
        message=endings.expired(f"{rule.expires_hours:g} h"),
        next_step="If it is still wanted, ask for it again.",
    )


async def _rings(services: Services, bell: asyncio.Event, seconds: float) -> bool:
    """Whether the bell rang within so many seconds."""
    try:
        async with services.clock.timeout(seconds):
            await bell.wait()
    except TimeoutError:
        return False
    return True
