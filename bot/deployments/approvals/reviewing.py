"""Look up what approvers are shown beside the plan; what cannot be had is said, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.deployments.approvals.review import RIDING, Review, SeenGate, Standing
from bot.deployments.approvals.riding import MOST, Riding, riding
from bot.deployments.deployment import Deployment
from bot.deployments.gates.closed import Gate, GateName
from bot.deployments.gates.wording import worded
from bot.deployments.plan import Plan
from bot.deployments.rollbacks.taken_back import taken_back
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.services import Services

NO_LOGINS = "Whether an author approves their own change: the catalog names no github_logins."


async def review(
    services: Services, deployment: Deployment, plan: Plan, closed: Sequence[Gate]
) -> Review:
    """Everything that the approval card shows of one plan beyond images and commits.

    Never raises for a system that is away: what it would have told is listed as unknown.
    """
    found, unknown = await _riding(services, plan)
    if (plan.changes or found.commits) and not services.catalog.github_logins:
        unknown.append(NO_LOGINS)
    if plan.changes and plan.commits.status == "unknown":
        why = plan.commits.why or "GitHub did not say"
        unknown.append(f"Commits: {why.rstrip('.')}.")
    if plan.commits.files_cut:
        unknown.append("Migrations: GitHub lists only 300 of the changed files.")
    rollbacks = services.ledger.rollbacks(deployment.request.environment)
    return Review(
        riding=found.commits,
        riding_is_cut=found.is_cut,
        migrations=plan.commits.migrations,
        unsafe=plan.commits.unsafe,
        standing=tuple(_standing(services, plan)),
        gates=tuple(
            SeenGate(name=gate.name.value, **worded(gate.found)._asdict())
            for gate in closed
            if gate.name is not GateName.APPROVAL
        ),
        previous=services.ledger.left_by(deployment.request.applications),
        taken_back=taken_back(rollbacks, plan, services.clock.now()),
        unknown=tuple(unknown),
    )


async def _riding(services: Services, plan: Plan) -> tuple[Riding, list[str]]:
    """What rides along, and a sentence for whatever of that cannot be told."""
    try:
        found = await riding(services, plan)
    except UpstreamError as error:
        return Riding(), [f"{RIDING}: {error.service}: {error.summary}"]
    untold = [
        f"What rides along with {name}: Argo CD does not tell what it deployed last."
        for name in found.untold
    ]
    if found.is_cut:
        untold.append(f"{RIDING}: at least {MOST}, and nobody looked at more than those.")
    return found, untold


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
