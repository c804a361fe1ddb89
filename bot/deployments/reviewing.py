"""Look up what approvers are shown beside the plan; what cannot be had is said, never guessed."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.deployments.committing import DEPLOY_KEY, REVERT_KEY
from bot.deployments.deployment import Deployment
from bot.deployments.gates import Gate, GateName
from bot.deployments.plan import Commit, Plan
from bot.deployments.review import RIDING, Review, SeenGate, Standing
from integrations.argocd.model import ApplicationRef
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.services import Services
    from integrations.gitops import GitCommit

_MOST = 50

NO_LOGINS = "Whether an author approves their own change: the catalog names no github_logins."


async def review(
    services: Services, deployment: Deployment, plan: Plan, closed: Sequence[Gate]
) -> Review:
    """Everything that the approval card shows of one plan beyond images and commits.

    Never raises for a system that is away: what it would have told is listed as unknown.
    """
    unknown: list[str] = []
    ride: tuple[Commit, ...] = ()
    try:
        ride = await riding(services, plan)
    except UpstreamError as error:
        unknown.append(f"{RIDING}: {error.service}: {error.summary}")
    if (plan.changes or ride) and not services.catalog.github_logins:
        unknown.append(NO_LOGINS)
    if plan.changes and plan.commits.status == "unknown":
        unknown.append(f"Commits: {plan.commits.why or 'GitHub did not say'}.")
    if plan.commits.files_cut:
        unknown.append("Migrations: GitHub lists only 300 of the changed files.")
    return Review(
        riding=ride,
        migrations=plan.commits.migrations,
        unsafe=plan.commits.unsafe,
        standing=tuple(_standing(services, plan)),
        gates=tuple(
            SeenGate(name=gate.name.value, why=gate.why, opens=gate.opens)
            for gate in closed
            if gate.name is not GateName.APPROVAL
        ),
        previous=_previous(services, deployment),
        unknown=tuple(unknown),
    )


async def riding(services: Services, plan: Plan) -> tuple[Commit, ...]:
    """Commits of the GitOps repository that a sync of the plan's applications deploys along.

    Where Argo CD syncs by itself nothing rides along: it was deployed when it was pushed.
    Raises UpstreamError where it cannot be told.
    """
    found: dict[str, Commit] = {}
    for app in plan.applications:
        if app.auto_sync:
            continue
        whole = await services.argocd.get(ApplicationRef(app.name, app.namespace, app.project))
        if not whole.history:
            continue
        head = plan.base or await services.gitops.fetch()
        span = f"{whole.history[-1].revision}..{head}"
        others = _elsewhere(services, app.environment)
        for commit in await services.gitops.log(span, without=others, limit=_MOST):
            found[commit.sha] = Commit(
                sha=commit.sha,
                author=commit.author,
                title=commit.title,
                ours=_is_ours(services, commit),
            )
    return tuple(found.values())


def _is_ours(services: Services, commit: GitCommit) -> bool:
    """Whether a deployment of ours pushed this very commit: its author and its trailers alone
    anybody could write.
    """
    for key in (commit.trailers.get(DEPLOY_KEY, ""), commit.trailers.get(REVERT_KEY, "")):
        if services.ledger.knows(key):
            deployment = services.ledger.get(key)
            written, back = deployment.commit, deployment.reverted
            shas = {written.sha if written and written.changed else "", back.sha if back else ""}
            if commit.sha in shas:
                return True
    return False


def _elsewhere(services: Services, environment: str) -> list[str]:
    """The folders of all other environments."""
    folders = {
        posixpath.dirname(image.file_in(other.name))
        for other in services.catalog.environments
        if other.name != environment
        for image in services.catalog.images_of(other.name)
    }
    return sorted(folders - {""})


def _standing(services: Services, plan: Plan) -> list[Standing]:
    known = services.applications.applications
    standing = []
    for planned in plan.applications:
        app = known.get(planned.name)
        standing.append(
            Standing(
                application=planned.name,
                sync=app.sync.value if app else "",
                health=app.health.value if app else "",
                auto_sync=planned.auto_sync,
            )
        )
    return standing


def _previous(services: Services, deployment: Deployment) -> str:
    """The last deployment that left its mark on any of the same applications."""
    for other in services.ledger.newest(deployment.request.environment, limit=50):
        is_other = other.id != deployment.id and other.ended is not None
        if is_other and other.overlaps(deployment) and other.leaves_its_mark:
            return other.id
    return ""
