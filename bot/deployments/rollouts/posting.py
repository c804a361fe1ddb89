"""Ask Argo CD for what one application of a deployment needs: a sync, or a rollback of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.deployments.approvals.riding import came_between
from bot.deployments.deployment import ApplicationRun, Deployment
from bot.deployments.plan import PlannedApplication
from bot.deployments.rollbacks.by_argo import begin
from bot.deployments.rollouts.order import is_exact, sync_words
from bot.deployments.rollouts.readings import OPERATION_KEY
from integrations.argocd.model import Application, ApplicationRef
from integrations.errors import Rejected

if TYPE_CHECKING:
    from bot.services import Services


async def post(
    services: Services, deployment: Deployment, run: ApplicationRun, ref: ApplicationRef
) -> Application:
    """Start the operation; the answer carries it. Raises UpstreamError, as ArgoCD.sync does."""
    way_back = deployment.request.way_back
    if way_back is not None and way_back.history_id is not None:
        return await begin(services, deployment, ref)
    known = services.applications.applications.get(ref.name)
    if deployment.reverted and is_exact(deployment, run.planned, known):
        await _check_alone(services, deployment, run.planned)
    words = sync_words(deployment, run.planned, known)
    positions = await _positions(services, ref) if words["revision"] else ()
    infos = {OPERATION_KEY: run.operation_id}
    return await services.argocd.sync(ref, infos=infos, positions=positions, **words)


async def _positions(services: Services, ref: ApplicationRef) -> tuple[int, ...]:
    """Which of several sources, from 1, are of our repository, told by what they were last compared
    at; () for a single one. Raises Rejected where none is known to be: a revision that is given
    for none of them Argo CD leaves out, and syncs whatever the branch holds.
    """
    app = services.applications.applications.get(ref.name) or await services.argocd.get(ref)
    if len(app.sources) < 2:
        return ()
    is_whole = len(app.sync_revisions) == len(app.sources)
    compared = enumerate(app.sync_revisions if is_whole else (), 1)
    ours = tuple([at for at, each in compared if await services.gitops.holds(each)])
    if not ours:
        raise Rejected(
            "Argo CD",
            f"it does not tell which of the sources of {ref.name} is of our repository, so that no "
            f"commit can be named: `/shipmate app refresh {ref.name}` compares them.",
        )
    return ours


async def _check_alone(
    services: Services, deployment: Deployment, planned: PlannedApplication
) -> None:
    """Raise Rejected where the way back would take commits along that nobody approved."""
    commit, back = deployment.commit, deployment.reverted
    assert commit is not None  # noqa: S101 - only what was committed is reverted
    assert back is not None  # noqa: S101 - the caller asked
    came = await came_between(services, planned.environment, commit.sha, back.sha)
    others = [each for each in came.commits if each.sha != back.sha]
    if came.is_cut:
        raise Rejected(
            "Git",
            "the earlier tags are there, beside more commits than are looked at: "
            f"`/sync {planned.name}` asks for that.",
        )
    if others:
        raise Rejected(
            "Git",
            f"the earlier tags are there, beside “{others[0].title}” by {others[0].author}, which "
            f"nobody approved: `/sync {planned.name}` asks for that.",
        )
