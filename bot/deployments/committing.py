"""Put the plan's tags into Git, once, and take them out again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from bot.access import Actor
from bot.deployments.approvals.approving import lapse
from bot.deployments.approvals.riding import came_between
from bot.deployments.deployment import Deployment
from bot.deployments.events import (
    CommitIntended,
    Committed,
    DeploymentEnded,
    DeploymentEvent,
    Outcome,
    Reverted,
    RevertIntended,
)
from bot.deployments.plan import ImageChange, Plan, PlannedApplication
from bot.deployments.rollouts.order import is_exact
from bot.deployments.rollouts.readings import DEPLOY_KEY, REVERT_KEY, Contained
from bot.deployments.tags import Overwritten, stands, with_earlier_tags, with_new_tags
from bot.errors import UserError
from bot.store import TRAILER, head_text

if TYPE_CHECKING:
    from bot.services import Services

_LATE_PUSH = 5.0


async def push_commit(
    services: Services,
    deployment: Deployment,
    *,
    look_only: bool,
    may_write: Callable[[], Awaitable[bool]],
) -> None:
    """Push the commit of one deployment, or find the one that an earlier try pushed.

    The intent is recorded first, so a crash between the push and its record is told by the
    Deploy-Id trailer. `look_only` (a cancelled deployment) records what is there and no more.
    Nothing is written unless `may_write` says yes to that.
    """
    ledger, clock = services.ledger, services.clock
    plan = deployment.planned.plan if deployment.planned else None
    assert plan is not None  # noqa: S101 - decide() plans before it commits
    if deployment.commit_intended:
        base = deployment.commit_intended.base
        sha = await services.gitops.find(deployment.id, since=base)
        if look_only and not sha:
            # A git process that outlived a killed bot may still land its push.
            await clock.sleep(_LATE_PUSH)
            sha = await services.gitops.find(deployment.id, since=base)
        if sha or look_only:
            await ledger.record(deployment.id, lambda now: _found(now, sha, services))
            return
    if not await _may_still(services, deployment, may_write):
        return
    if not plan.effective:
        event = Committed(at=clock.now(), sha=plan.base, changed=False)
        await ledger.record(deployment.id, lambda now: [] if now.commit else [event])
        return
    intent = CommitIntended(at=clock.now(), base=plan.base)
    after = await ledger.record(
        deployment.id, lambda now: [] if now.cancel or now.commit_intended else [intent]
    )
    if not after.cancel:
        await _push(services, deployment, plan)


async def _may_still(
    services: Services, deployment: Deployment, may_write: Callable[[], Awaitable[bool]]
) -> bool:
    """Ask. Before a refusal ends what had meant to push, it is looked once more whether that push
    has landed late: then it has, and goes on as what is in Git.
    """
    intent = deployment.commit_intended
    try:
        return await may_write()
    except UserError:
        if intent is None:
            raise
        await services.clock.sleep(_LATE_PUSH)
        sha = await services.gitops.find(deployment.id, since=intent.base)
        if not sha:
            raise
        await services.ledger.record(deployment.id, lambda now: _found(now, sha, services))
        return False


async def _push(services: Services, deployment: Deployment, plan: Plan) -> None:
    """Commit the plan, unless somebody else has set one of its tags since it was made."""
    ledger, clock = services.ledger, services.clock
    try:
        result = await services.gitops.commit(
            branch="",
            edits=lambda files: with_new_tags(files, plan.changes),
            paths=_files(plan.changes),
            message=_message(deployment, plan.changes),
            trailers=_trailers(services, DEPLOY_KEY, deployment, deployment.request.actor),
            since=plan.base,
            on=lambda base: _nothing_rides(services, deployment, plan, base),
        )
    except Ridden as others:
        await lapse(services, deployment, f"Others committed meanwhile: {others.title}.")
        return
    except Overwritten as other:
        ended = _superseded(other, services)
        await ledger.record(deployment.id, lambda now: [] if now.ended else [ended])
        return
    event = Committed(at=clock.now(), sha=result.sha, changed=result.changed)
    await ledger.record(deployment.id, lambda now: [] if now.commit else [event])


class Ridden(Exception):
    """Commits that nobody approved would be deployed along with ours."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.title = title


async def _nothing_rides(services: Services, deployment: Deployment, plan: Plan, base: str) -> None:
    """Raise Ridden where the branch has moved since an approved plan was made, by commits that
    the sync of our commit would take along.
    """
    known = services.applications.applications
    exact = any(is_exact(deployment, app, known.get(app.name)) for app in plan.applications)
    if deployment.request.needs_approval and exact:
        came = await came_between(services, deployment.request.environment, plan.base, base)
        if came.is_cut:
            raise Ridden("more commits than are looked at")
        if came.commits:
            raise Ridden(came.commits[0].title)


async def push_revert(services: Services, deployment: Deployment) -> None:
    """Push the earlier tags of one deployment as a forward commit."""
    ledger, clock = services.ledger, services.clock
    assert deployment.planned is not None  # noqa: S101 - only what was committed is reverted
    assert deployment.commit is not None  # noqa: S101 - decide() asked
    plan = deployment.planned.plan
    changes = plan.effective
    applications = _touched(deployment)
    base = deployment.commit.sha
    sha = ""
    if deployment.revert_intended:
        sha = await services.gitops.find(deployment.id, since=base, key=REVERT_KEY) or ""
    else:
        intent = RevertIntended(at=clock.now(), base=base)
        await ledger.record(deployment.id, lambda now: [] if now.revert_intended else [intent])
    if not sha:
        by = deployment.cancel.actor if deployment.cancel else deployment.request.actor
        result = await services.gitops.commit(
            branch="",
            edits=lambda files: with_earlier_tags(files, changes),
            paths=_files(changes),
            message=f"Put {deployment.request.environment} back to its earlier tags\n\n"
            f"Cancelled: {deployment.id}.",
            trailers=_trailers(services, REVERT_KEY, deployment, by),
            since=base,
            key=REVERT_KEY,
        )
        sha = result.sha
    event = Reverted(at=clock.now(), sha=sha, applications=applications)
    await ledger.record(deployment.id, lambda now: [] if now.reverted else [event])


async def contained(services: Services, deployment: Deployment, revision: str) -> Contained:
    """How a revision of one of an application's sources stands to the deployment's commit."""
    ours = _our_commit(deployment)
    if revision == ours:
        return Contained.YES
    if not await services.gitops.holds(revision):
        return Contained.ELSEWHERE
    if not await services.gitops.contains(ours, revision):
        return Contained.BEFORE
    assert deployment.planned is not None  # noqa: S101 - it has a commit
    for change in deployment.planned.plan.changes:
        text = await services.gitops.read(revision, change.file)
        if not stands(text, change, reverted=deployment.reverted is not None):
            return Contained.CHANGED
    return Contained.YES


def _our_commit(deployment: Deployment) -> str:
    if deployment.reverted:
        return deployment.reverted.sha
    return deployment.commit.sha if deployment.commit else ""


def _found(now: Deployment, sha: str | None, services: Services) -> Sequence[DeploymentEvent]:
    if now.commit or now.state.has_ended:
        return []
    at = services.clock.now()
    if sha:
        return [Committed(at=at, sha=sha)]
    return [DeploymentEnded(at=at, outcome=Outcome.CANCELLED, message="Nothing was changed.")]


def _superseded(other: Overwritten, services: Services) -> DeploymentEnded:
    return DeploymentEnded(
        at=services.clock.now(),
        outcome=Outcome.SUPERSEDED,
        message=f"Somebody set {other.service} to {other.tag} in Git just before our commit. "
        "Nothing was written.",
        next_step="If this one is wanted all the same, ask for it again.",
    )


def _files(changes: Sequence[ImageChange]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(change.file for change in changes))


def _message(deployment: Deployment, changes: Sequence[ImageChange]) -> str:
    request = deployment.request
    moved = [change for change in changes if not change.is_noop]
    lines = [f"{each.service}: {each.before} -> {each.after}{_pinned(each)}" for each in moved]
    subject = f"Deploy {deployment.tag} to {request.environment}"
    if deployment.is_rollback:
        subject = f"Roll {request.environment} back to {deployment.tag}"
    reason = f"\n\n{request.reason}" if request.reason else ""
    return f"{subject}{reason}\n\n" + "\n".join(lines)


def _pinned(change: ImageChange) -> str:
    return f"@{change.pin}" if change.pin else ""


def _trailers(services: Services, key: str, deployment: Deployment, by: Actor) -> dict[str, str]:
    """Which deployment, who asked, and how far the record went: position and hash of its head."""
    position, seal = services.store.head
    trailers = {key: deployment.id, "Requested-by": _who(by)}
    if deployment.approval and deployment.approval.approved:
        yes = [_who(each.actor) for each in deployment.approval.approved]
        trailers["Approved-by"] = ", ".join(yes)
    return {**trailers, TRAILER: head_text(position, seal)}


def _who(actor: Actor) -> str:
    return f"{actor.name} ({actor.subject})" if actor.name else actor.subject


def _touched(deployment: Deployment) -> tuple[PlannedApplication, ...]:
    assert deployment.planned is not None  # noqa: S101 - push_revert asked
    return tuple(
        app
        for app in deployment.planned.plan.applications
        if app.auto_sync or deployment.runs[app.name].intended_at
    )
