"""What the record takes of memory: all deployments are kept there for good."""

from __future__ import annotations

import gc
import json
import tracemalloc

from bot.deployments.deployment import Deployment
from bot.deployments.events import ApprovalRequested, DeploymentPlanned, read_event
from bot.deployments.folding import fold
from bot.deployments.plan import Commit, Commits, Plan
from tests.bot.deployments.histories import asked, at, change, planned_application

SERVICES = ("user", "chat", "ai", "discovery", "search", "gateway", "frontend")
LARGE = 35_000
"""Bytes; what a deployment of seven images with ten commits takes is less."""


def recorded() -> str:
    """The events of a deployment that was approved as it was planned, as the record has them."""
    commits = tuple(
        Commit(sha=f"{number:040}", author="dana", title=f"Change number {number}", login="dana")
        for number in range(10)
    )
    plan = Plan(
        base="b" * 40,
        changes=tuple(change(f"{name}-svc") for name in SERVICES),
        waves=((planned_application("link-app-production"),),),
        commits=Commits(status="ahead", total=10, commits=commits),
    )
    story = asked("d1", applications=("link-app-production",), environment="production").found()
    story.then(ApprovalRequested, plan=plan, digest="p1", remind_at=at(7200), expires_at=at(14_400))
    story.started().then(DeploymentPlanned, plan=plan)
    return json.dumps([event.model_dump(mode="json") for event in story.events])


def read(text: str) -> Deployment:
    return fold([read_event(each) for each in json.loads(text)])


def test_a_deployment_takes_little_of_memory_for_good() -> None:
    text, many = recorded(), 50
    read(text)
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        kept = [read(text) for _ in range(many)]
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()

    assert taken / len(kept) < LARGE


def test_what_was_planned_as_it_was_asked_for_is_kept_once() -> None:
    deployment = read(recorded())
    assert deployment.planned is not None
    assert deployment.approval is not None
    planned, approved = deployment.planned.plan, deployment.approval.asked.plan
    assert planned.commits is approved.commits
    assert planned.changes is approved.changes
