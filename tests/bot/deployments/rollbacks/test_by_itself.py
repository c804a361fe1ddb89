"""When the bot rolls back by itself, and everything that keeps it from that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.deployments.deployment import Deployment
from bot.deployments.events import (
    ApplicationEnded,
    AppOutcome,
    DeploymentCorrected,
    DeploymentPlanned,
    Outcome,
    WayBack,
)
from bot.deployments.plan import Commits, Plan
from bot.deployments.rollbacks.by_itself import (
    FRESH,
    has_left_it_degraded,
    was_long_degraded,
    why_it_stays,
)
from bot.deployments.rollbacks.choices import Choice
from tests.bot.deployments.histories import OLU, History, asked, at

SOON = at(30)


def begun(**facts: object) -> History:
    story = asked("d1", **facts).found().started().planned(["a"])  # type: ignore[arg-type] # as asked() takes them
    return story.intended().committed().wave().syncing("a")


def bad(
    outcome: AppOutcome = AppOutcome.FAILED, health: str = "Degraded", **facts: object
) -> History:
    story = begun(**facts)
    return story.then(ApplicationEnded, application="a", outcome=outcome, health=health)


def corrected(*, healthy: bool) -> Deployment:
    story = begun().ended("a", AppOutcome.SUCCEEDED).over(Outcome.SUCCEEDED)
    return story.then(DeploymentCorrected, message="It moved.", healthy=healthy).deployment


@pytest.mark.parametrize(
    ("deployment", "goes"),
    [
        (bad().over(Outcome.FAILED).deployment, True),
        (corrected(healthy=False), True),
        (corrected(healthy=True), False),
        (bad(AppOutcome.TIMED_OUT).over(Outcome.TIMED_OUT).deployment, False),
        (bad(AppOutcome.TIMED_OUT, "Progressing").over(Outcome.TIMED_OUT).deployment, False),
        (bad(health="Progressing").over(Outcome.FAILED).deployment, False),
        (bad(health="").over(Outcome.FAILED).deployment, False),
        (bad(AppOutcome.SUPERSEDED).over(Outcome.SUPERSEDED).deployment, False),
        (begun().cancelled(by=OLU).over(Outcome.CANCELLED).deployment, False),
        (begun().deployment, False),
        (asked("d1").over(Outcome.FAILED).deployment, False),
        (bad(purpose="rollback", way_back=WayBack()).over(Outcome.FAILED).deployment, False),
    ],
)  # fmt: skip
def test_only_a_verdict_of_degraded_on_what_it_brought_counts(
    deployment: Deployment, *, goes: bool
) -> None:
    assert has_left_it_degraded(deployment, SOON) is goes


def test_an_old_verdict_is_left_to_people() -> None:
    deployment = bad().over(Outcome.FAILED).deployment
    assert has_left_it_degraded(deployment, at(120))
    assert not has_left_it_degraded(deployment, at(200))


def test_of_a_verdict_that_grew_old_while_others_of_the_wave_went_on_people_are_told() -> None:
    story = bad()
    story.begins += 150
    aged = story.over(Outcome.FAILED).deployment
    assert aged.ended_at
    assert not has_left_it_degraded(aged, aged.ended_at)
    assert was_long_degraded(aged, aged.ended_at)
    assert not was_long_degraded(aged, aged.ended_at + FRESH * 2), "that is no news"
    prompt = bad().over(Outcome.FAILED).deployment
    assert prompt.ended_at
    assert not was_long_degraded(prompt, prompt.ended_at)


def contracting() -> Deployment:
    story = asked("d9").found().started()
    plan = Plan(commits=Commits(status="ahead", unsafe="Drops a column."))
    return story.then(DeploymentPlanned, plan=plan).deployment


def known(deployment: Deployment, **commits: object) -> Deployment:
    """The same, with commits as GitHub told them."""
    assert deployment.planned
    told = Commits.model_validate({"status": "ahead", **commits})
    plan = deployment.planned.plan.model_copy(update={"commits": told})
    return replace(deployment, planned=deployment.planned.model_copy(update={"plan": plan}))


def _fine(deployment: Deployment) -> Choice:
    return Choice("d0", (), undone=(known(deployment),))


@pytest.mark.parametrize(
    ("choice", "heard", "others", "why"),
    [
        (_fine, True, False, ""),
        (_fine, False, False, "Argo CD is away"),
        (_fine, True, True, "Another deployment"),
        (lambda d: Choice("d0", (), "It was never approved here.", undone=(d,)), True, False,
         "never approved"),
        (lambda d: Choice("d0", (), undone=(d, contracting())), True, False, "not safe to roll back"),
        (lambda d: Choice("d0", (), undone=(d,)), True, False, "d1 migrates a database is not known"),
        (lambda d: Choice("d0", (), undone=(known(d, files_cut=True),)), True, False,
         "d1 migrates a database is not known"),
        (lambda _: Choice("d0", ()), True, False, "not what would be taken back"),
    ],
)  # fmt: skip
def test_what_keeps_it_from_going_back(
    choice: Callable[[Deployment], Choice], why: str, *, heard: bool, others: bool
) -> None:
    deployment = bad().over(Outcome.FAILED).deployment
    said = why_it_stays(deployment, choice(deployment), argocd_is_heard=heard, others_run=others)
    assert why in said
    assert bool(said) is bool(why)
