"""Carry out one action of a deployment and append what it came to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, assert_never

from bot.deployments.actions import (
    Action,
    AskApproval,
    AwaitApproval,
    AwaitSource,
    AwaitTurn,
    BeginWave,
    FindBuild,
    Finish,
    GiveTags,
    HoldQueue,
    JoinQueue,
    MakePlan,
    PinScope,
    PushCommit,
    Rest,
    RunWave,
    Start,
    StopAhead,
    StopOperations,
)
from bot.deployments.approvals import approving
from bot.deployments.committing import push_commit
from bot.deployments.deployment import Deployment, Stage
from bot.deployments.desired import moved_since
from bot.deployments.events import (
    ApplicationEnded,
    AppOutcome,
    DeploymentEnded,
    DeploymentEvent,
    DeploymentPlanned,
    WaveStarted,
)
from bot.deployments.gates.passing import still_closed
from bot.deployments.gates.refusal import GatesClosed
from bot.deployments.patience import patiently
from bot.deployments.permissions import needs_of
from bot.deployments.planning import Planned, plan_of
from bot.deployments.queueing import queue_up
from bot.deployments.releases.builds import StillBuilding, find_build
from bot.deployments.releases.promoting import await_source, give_tags
from bot.deployments.rollbacks.by_argo import check_still_possible
from bot.deployments.rollbacks.going_back import pin_scope, yields
from bot.deployments.rollouts.rollout import Rollout
from bot.deployments.still_known import expect_known
from bot.deployments.stopping import has_begun, stop
from bot.deployments.trouble import trouble
from integrations.errors import UpstreamError
from integrations.groups import TaskGroup

if TYPE_CHECKING:
    from bot.services import Services

_POLL_BUILD = 10.0
_APPLICATION_PATIENCE = 600.0
_AT_ONCE = timedelta(minutes=1)
"""How long a plan is fresh: as long as it is remembered who is in which group."""


async def perform(services: Services, deployment: Deployment, action: Action) -> None:
    """Carry out `action`. Raises UserError or UpstreamError where it cannot be."""
    now = services.clock.now()
    key = deployment.id
    expect_known(deployment, action, services.catalog)
    match action:
        case FindBuild():
            await _find_build(services, deployment)
        case JoinQueue() | HoldQueue() | StopAhead() | Start():
            await queue_up(services, key, action)
        case AwaitSource() | AskApproval() | AwaitApproval() | AwaitTurn() | MakePlan():
            await _prepare(services, deployment, action)
        case GiveTags() | PushCommit() | PinScope():
            await _write(services, deployment, action)
        case BeginWave() | RunWave():
            if await _may_write(services, deployment):
                await _roll_out(services, deployment, action)
        case StopOperations(revert=revert):
            await stop(services, key, revert=revert)
        case Finish(outcome=outcome, message=message, next_step=next_step):
            ended = DeploymentEnded(at=now, outcome=outcome, message=message, next_step=next_step)
            await _if_unchanged(services, deployment, ended)
        case Rest():
            pass
        case _:
            assert_never(action)


async def _if_unchanged(services: Services, decided: Deployment, event: DeploymentEvent) -> None:
    """Record it unless something else happened since the decision: a person may have cancelled."""
    await services.ledger.record(
        decided.id, lambda d: [event] if d.version == decided.version else []
    )


async def _find_build(services: Services, deployment: Deployment) -> None:
    environment = services.catalog.environment(deployment.request.environment)
    bell = services.ledger.bell(deployment.id)
    try:
        found = await find_build(services, deployment.request, environment, services.clock.now())
    except StillBuilding:
        try:
            async with services.clock.timeout(_POLL_BUILD):
                await bell.wait()
        except TimeoutError:
            pass
        return
    if not deployment.is_rollback:  # formats bind new tags, not those that ran here
        services.catalog.check_tag(environment.name, found.build.tag)
    await services.ledger.record(
        deployment.id, lambda d: [] if d.found or d.cancel or d.ended else [found]
    )


async def _prepare(
    services: Services,
    deployment: Deployment,
    action: AwaitSource | AskApproval | AwaitApproval | AwaitTurn | MakePlan,
) -> None:
    """Everything that a plan and its approval need before anything is written."""
    match action:
        case AwaitSource():
            await await_source(services, deployment)
        case AskApproval():
            planned = await _open_plan(services, deployment, at_act=False)
            await approving.ask(services, deployment, planned)
        case AwaitApproval():
            await approving.attend(services, deployment, lambda: plan_of(services, deployment))
        case AwaitTurn():
            await approving.await_turn(services, deployment)
        case MakePlan():
            await _make_plan(services, deployment)


async def _write(
    services: Services, deployment: Deployment, action: GiveTags | PushCommit | PinScope
) -> None:
    """What was planned, into the registry and into Git; and what holds it there."""
    match action:
        case GiveTags():
            if await _may_write(services, deployment):
                await give_tags(services, deployment)
        case PushCommit(look_only=look_only):
            may_write = partial(_may_write, services, deployment)
            await push_commit(services, deployment, look_only=look_only, may_write=may_write)
        case PinScope():
            await pin_scope(services, deployment)


async def _make_plan(services: Services, deployment: Deployment) -> None:
    planned = await _open_plan(services, deployment, at_act=True)
    if await yields(services, deployment, planned.plan.changes):
        return
    if not await approving.still_holds(services, deployment, planned.plan):
        return
    note = moved_since(deployment.tags_when_queued, planned.plan.changes)
    event = DeploymentPlanned(at=services.clock.now(), plan=planned.plan, note=note)
    await services.ledger.record(
        deployment.id,
        lambda d: [] if d.planned or d.cancel or d.started_at is None else [event],
    )


async def _open_plan(services: Services, deployment: Deployment, *, at_act: bool) -> Planned:
    """The plan as it is now. Raises NotAllowed for a requester who may not any more, and
    Conflict where any gate is closed that this deployment does not pass; `at_act`, where the plan
    is about to be written, one that may wait as well.
    """
    request = deployment.request
    needs = needs_of(request, services.catalog)
    await services.membership.authorise(request.actor, needs)  # again, at the act
    await check_still_possible(services, request)
    planned = await plan_of(services, deployment, at_act=at_act)
    closed = [
        gate
        for gate in still_closed(planned.closed, deployment.request)
        if at_act or not gate.may_wait
    ]
    if closed:
        raise GatesClosed(closed, services.clock.now(), "Nothing was written.")
    return planned


async def _may_write(services: Services, deployment: Deployment) -> bool:
    """Whether a run may write what it planned: that is done at once. Where it was not, for the
    bot was away or a system was, everything that allowed it is asked anew. Raises as _open_plan.
    """
    planned = deployment.planned
    if planned is None or deployment.has_written:
        return True
    if services.clock.now() - planned.at < _AT_ONCE or await has_begun(services, deployment):
        return True
    again = await _open_plan(services, deployment, at_act=True)
    return await approving.still_holds(services, deployment, again.plan)


async def _roll_out(
    services: Services, deployment: Deployment, action: BeginWave | RunWave
) -> None:
    match action:
        case BeginWave(wave=wave):
            event = WaveStarted(at=services.clock.now(), wave=wave)
            await _if_unchanged(services, deployment, event)
        case RunWave(applications=applications):
            await _run_wave(services, deployment.id, applications)


async def _run_wave(services: Services, key: str, applications: Sequence[str]) -> None:
    async with TaskGroup() as group:
        for name in applications:
            group.create_task(_run_application(services, key, name), name=f"{key} {name}")


async def _run_application(services: Services, key: str, name: str) -> None:
    def is_over() -> bool:
        deployment = services.ledger.get(key)
        return deployment.is_stopping or deployment.runs[name].stage is Stage.ENDED

    rollout = Rollout(services, key, name)
    try:
        await patiently(
            services.clock,
            rollout.run,
            seconds=_APPLICATION_PATIENCE,
            waiting=lambda e: services.progress.note(key, trouble(e), name),
            stop=is_over,
            bell=lambda: services.ledger.bell(key),
            well=lambda: rollout.well_at,
        )
    except UpstreamError as error:
        await _give_up(services, key, name, error)


async def _give_up(services: Services, key: str, name: str, error: UpstreamError) -> None:
    """A refusal is a failure; of a system that stays away nobody knows what it does meanwhile."""
    outcome = AppOutcome.TIMED_OUT if error.transient else AppOutcome.FAILED
    event = ApplicationEnded(
        at=services.clock.now(),
        application=name,
        outcome=outcome,
        message=f"{error.service}: {error.summary}",
    )
    await services.ledger.record(
        key, lambda d: [] if d.runs[name].stage is Stage.ENDED else [event]
    )
