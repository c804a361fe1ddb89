"""Ask Argo CD for what one application of a deployment needs: a sync, or a rollback of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.deployments.argo_rollback import begin
from bot.deployments.deployment import ApplicationRun, Deployment
from bot.deployments.order import sync_words
from bot.deployments.readings import OPERATION_KEY
from integrations.argocd.model import Application, ApplicationRef

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
    words = sync_words(deployment, run.planned, known)
    return await services.argocd.sync(ref, infos={OPERATION_KEY: run.operation_id}, **words)
