"""Stop what runs for a cancelled deployment: terminate its operations, put the tags back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.deployments.committing import push_revert
from bot.deployments.deployment import Deployment, Stage
from bot.deployments.events import ApplicationEnded, AppOutcome, DeploymentEvent
from bot.deployments.patience import patiently
from bot.deployments.rollouts.operation import carries
from bot.deployments.trouble import trouble
from integrations.argocd.model import ApplicationRef
from integrations.errors import Rejected, UpstreamError
from integrations.groups import TaskGroup

if TYPE_CHECKING:
    from bot.services import Services

_PATIENCE = 30.0
"""Seconds for which one operation is tried to be stopped: a person waits to be free of it."""


async def stop(services: Services, key: str, *, revert: bool) -> None:
    """Terminate what runs under our id, then put the tags back or close the applications.

    An operation that cannot be stopped is no reason to keep the new tags in Git. Raises
    UpstreamError where Git does not take the earlier ones.
    """
    deployment = services.ledger.get(key)
    unstopped = await _terminate_all(services, deployment)
    if revert:
        await push_revert(services, deployment)
        return
    now, known = services.clock.now(), services.applications.applications

    def close(d: Deployment) -> list[DeploymentEvent]:
        return [
            ApplicationEnded(
                at=now,
                application=name,
                outcome=AppOutcome.CANCELLED,
                message=unstopped.get(name, ""),
                sync=known[name].sync.value if name in known else "",
                health=known[name].health.value if name in known else "",
            )
            for name, run in d.runs.items()
            if run.stage in (Stage.INTENDED, Stage.SYNCING)
        ]

    await services.ledger.record(key, close)


def _revision(deployment: Deployment) -> str:
    """Where Argo CD rolls back to for it, "" for anything else."""
    way_back = deployment.request.way_back
    return way_back.revision if way_back and way_back.history_id is not None else ""


async def has_begun(services: Services, deployment: Deployment) -> bool:
    """Whether Argo CD knows an operation of ours of which nothing is recorded yet."""
    for run in deployment.runs.values():
        if run.stage is not Stage.INTENDED:
            continue
        ref = ApplicationRef(run.planned.name, run.planned.namespace, run.planned.project)
        app = await services.argocd.get(ref)
        for operation in (app.operation, app.state.operation if app.state else None):
            if operation and run.operation_id in operation.infos.values():
                return True
    return False


async def _terminate_all(services: Services, deployment: Deployment) -> dict[str, str]:
    """Stop what runs, all at once; of each application that goes on, a sentence that says why."""
    unstopped: dict[str, str] = {}

    async def one(name: str) -> None:
        problem = await _terminate(services, deployment, name)
        if problem:
            unstopped[name] = f"Its operation could not be stopped. {problem}"

    async with TaskGroup() as group:
        for name, run in deployment.runs.items():
            if run.stage in (Stage.INTENDED, Stage.SYNCING):
                group.create_task(one(name), name=f"stop {deployment.id} {name}")
    return unstopped


class _NotBegun(Rejected):
    """Argo CD stops no operation that it was asked for and has not begun: it will go on."""

    transient = True


async def _terminate(services: Services, deployment: Deployment, name: str) -> str:
    """Stop the application's operation if it is ours; what stood in the way, or ""."""
    run = deployment.runs[name]
    ref = ApplicationRef(name, run.planned.namespace, run.planned.project)

    async def is_there() -> bool:
        operation = (await services.argocd.get(ref)).operation
        return bool(operation and carries(operation, run.operation_id, _revision(deployment)))

    async def attempt() -> None:
        if not await is_there():
            return
        try:
            await services.argocd.terminate(ref)
        except Rejected as refused:  # or it has ended by itself meanwhile
            if await is_there():
                said = "It has not begun the operation yet, and stops none before."
                raise _NotBegun(refused.service, said) from refused

    try:
        await patiently(
            services.clock,
            attempt,
            seconds=_PATIENCE,
            waiting=lambda e: services.progress.note(deployment.id, trouble(e), name),
        )
    except UpstreamError as error:
        return f"{error.service}: {error.summary}"
    return ""
