"""`/rollback --dry-run`: the whole plan, and every gate that it would not pass."""

from __future__ import annotations

from bot.command import Context, Reply
from bot.deployments.events import BuildFound, DeploymentRequested
from bot.deployments.gates.passing import still_closed
from bot.deployments.plan import Build
from bot.deployments.planning import plan_deploy
from bot.deployments.releases.releasing import shipment_of
from bot.views.plan import dry_run
from commands.dry_run_facts import edited, facts_of


async def run_dry(request: DeploymentRequested, context: Context) -> Reply:
    """What the rollback would do; nothing is written, and Argo CD is only read."""
    services = context.services
    environment = services.catalog.environment(request.environment)
    build = Build(tag=request.tag, named_by_person=True)
    found = BuildFound(at=request.at, build=build)
    known = await facts_of(request, context)
    planned = await plan_deploy(
        services, environment, build, request.services, shipment_of(request), known=known
    )
    closed = still_closed(planned.closed, request)
    passed = dict.fromkeys(gate.name.value for gate in planned.closed if gate not in closed)
    plan = planned.plan
    if passed:
        said = f"It passes what is shut: {', '.join(passed)}."
        plan = plan.model_copy(update={"asides": (*plan.asides, said)})
    return Reply(dry_run(request, found, plan, closed, planned.files, edited(planned)))
