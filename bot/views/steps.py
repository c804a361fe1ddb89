"""When each step of a deployment was, to the second, and how long it took (pure)."""

from __future__ import annotations

from datetime import datetime

from bot.deployments.deployment import Deployment
from bot.views.blocks import code, cut, escape, moment
from bot.views.wording import count, elapsed, who


def step_lines(deployment: Deployment, most: int = 60) -> list[str]:
    """One line each in the order of time: the moment, what happened, and its span."""
    told = sorted(_steps(deployment), key=lambda step: step[0])
    lines = [f"{moment(at)} · {said}" for at, said in told[:most]]
    left = len(told) - len(lines)
    return [*lines, f"… and {count(left, 'more step')}"] if left else lines


def _steps(deployment: Deployment) -> list[tuple[datetime, str]]:
    request = deployment.request
    begun = deployment.started_at or request.at
    steps = [(request.at, f"Requested by {who(request.actor)} from {request.actor.door}")]
    if deployment.found:
        steps.append((deployment.found.at, f"Build {code(deployment.tag)} chosen"))
    steps += _approval(deployment)
    if deployment.started_at:
        waited = elapsed(request.at, deployment.started_at)
        steps.append((deployment.started_at, f"Started, after {waited}"))
    if deployment.planned:
        took = elapsed(begun, deployment.planned.at)
        steps.append((deployment.planned.at, f"Planned in {took}"))
        begun = deployment.planned.at
    if deployment.tags_given:
        took = elapsed(begun, deployment.tags_given.at)
        steps.append((deployment.tags_given.at, f"Images tagged in the registry, in {took}"))
        begun = deployment.tags_given.at
    if deployment.commit:
        made = "Committed as" if deployment.commit.changed else "Already in Git:"
        took = elapsed(begun, deployment.commit.at)
        said = f"{made} {code(deployment.commit.sha[:7])}, in {took}"
        steps.append((deployment.commit.at, said))
    steps += _runs(deployment)
    if deployment.cancel:
        steps.append((deployment.cancel.at, f"Cancelled by {who(deployment.cancel.actor)}"))
    if deployment.reverted:
        sha = code(deployment.reverted.sha[:7])
        steps.append((deployment.reverted.at, f"The earlier tags are back as {sha}"))
    if deployment.ended:
        took = elapsed(deployment.started_at or request.at, deployment.ended.at)
        steps.append((deployment.ended.at, f"{deployment.state.value}, after {took} in all"))
    return steps


def _approval(deployment: Deployment) -> list[tuple[datetime, str]]:
    """Asked, and who said what; of what lapsed only that it did."""
    steps = []
    if deployment.lapsed:
        why = escape(cut(deployment.lapsed.why, 300))
        steps.append((deployment.lapsed.at, f"Asked for anew. {why}"))
    approval = deployment.approval
    if approval is None:
        return steps
    plan = code(approval.asked.digest)
    steps.append((approval.asked.at, f"Approval asked for plan {plan}"))
    steps += [(yes.at, f"Approved by {who(yes.actor)}") for yes in approval.approved]
    if approval.rejected:
        steps.append((approval.rejected.at, f"Rejected by {who(approval.rejected.actor)}"))
    return steps


def _runs(deployment: Deployment) -> list[tuple[datetime, str]]:
    steps = []
    for name, run in deployment.runs.items():
        if run.started_at:
            adopted = f" by {escape(run.adopted)}" if run.adopted else ""
            steps.append((run.started_at, f"Sync of {code(name)} started{adopted}"))
        if run.ended:
            since = run.started_at or run.intended_at
            took = f", after {elapsed(since, run.ended.at)}" if since else ""
            steps.append((run.ended.at, f"{code(name)} {run.ended.outcome.value}{took}"))
    return steps
