"""A card, its thread and its details hold with any text, in any number, at any moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deployments.deployment import Deployment, State
from bot.deployments.events import (
    ApplicationEnded,
    AppOutcome,
    DeploymentPlanned,
    FailingResource,
    Outcome,
)
from bot.deployments.plan import ImageChange, Plan
from bot.views.card import CardFacts, card
from bot.views.history import details, listing
from bot.views.message import Message
from bot.views.thread import stage
from tests.bot.deployments.histories import (
    DANA,
    History,
    asked,
    asked_to_sync,
    at,
    planned_application,
)
from tests.bot.views.any_deployment import (
    URL,
    facts,
    histories,
    quick,
)
from tests.bot.views.hostile import assert_fits, every_text


@quick
@given(st.data(), histories())
def test_a_card_fits_and_begins_with_its_state(data: st.DataObject, history: History) -> None:
    deployment = history.deployment

    message = card(deployment, data.draw(facts(deployment)))

    assert_fits(message)
    assert len(message.blocks) <= 50
    state = deployment.state.value
    assert message.text.startswith(state)
    assert not message.text[len(state) :].startswith(tuple("abcdefghijklmnopqrstuvwxyz"))
    if deployment.state is not State.SUCCEEDED:
        assert "Succeeded" not in message.text


@quick
@given(st.data(), histories())
def test_a_card_keeps_its_buttons_and_says_why_it_failed(
    data: st.DataObject, history: History
) -> None:
    deployment = history.deployment
    message = card(deployment, data.draw(facts(deployment)))

    kinds = [block["type"] for block in message.blocks]
    assert kinds[0] == "header"
    assert "actions" in kinds
    said = every_text(message)
    for run in deployment.runs.values():
        bad = run.ended and run.ended.outcome in (AppOutcome.FAILED, AppOutcome.TIMED_OUT)
        if bad and deployment.ended and not deployment.corrected:
            assert f"Why {run.planned.name}" in said
            break


@quick
@given(histories())
def test_every_post_of_its_thread_fits(history: History) -> None:
    deployment = history.deployment
    for event in history.events:
        message = stage(deployment, event)
        if message is not None:
            assert_fits(message)


@quick
@given(st.data(), histories())
def test_its_details_fit(data: st.DataObject, history: History) -> None:
    deployment = history.deployment

    assert_fits(details(deployment, data.draw(facts(deployment)), "https://slack.example/p1"))


@quick
@given(st.lists(histories(), max_size=3), st.sampled_from([1, 60]), st.booleans())
def test_a_list_of_them_fits(some: list[History], times: int, linked: bool) -> None:  # noqa: FBT001 - drawn
    deployments = [history.deployment for history in some] * times
    links = {"d1": "https://slack.example/p1"} if linked else {}

    assert_fits(
        listing(
            deployments,
            "staging",
            links,
            {deployments[0].id: deployments[-1]} if deployments else {},
        )
    )


def crowded() -> History:
    """27 applications in 7 waves, 60 images with tags of their own, 5 applications that fail."""
    apps = [
        tuple(planned_application(f"application-{w}-{n}", w) for n in range(4)) for w in range(7)
    ]
    changes = [
        ImageChange(
            service=f"service-{n}",
            image=f"i-{n}",
            file="f",
            before=f"sha-{n:07}",
            after=f"sha-{n + 1:07}",
        )
        for n in range(160)
    ]
    history = asked(applications=[a.name for wave in apps for a in wave])
    history.found().started()
    history.then(DeploymentPlanned, plan=Plan(changes=tuple(changes), waves=tuple(apps)))
    history.intended().committed().wave()
    bad = FailingResource(
        kind="Deployment", name="user-svc", message="m" * 500, events=("e" * 900,) * 6
    )
    for app in apps[0]:
        history.asked_to_sync(app.name).then(
            ApplicationEnded,
            application=app.name,
            outcome=AppOutcome.FAILED,
            message="no " * 900,
            failing=(bad,) * 5,
        )
    return history.over(Outcome.FAILED, "no")


def test_what_is_left_out_of_a_crowded_card_is_counted() -> None:
    message = card(crowded().deployment, CardFacts(now=at(900)))

    said = every_text(message)
    assert_fits(message)
    assert "more lines" in said
    assert "Why application-0-0 failed" in said
    assert said.count("Deployment/user-svc") >= 3


@pytest.mark.parametrize(
    "make",
    [
        lambda: asked().deployment,
        lambda: asked(actor=DANA, services=[f"service-{n}" for n in range(300)]).deployment,
        lambda: asked_to_sync(applications=[f"a-{n}" for n in range(27)]).deployment,
        lambda: crowded().deployment,
    ],
)
def test_the_smallest_and_the_largest_fit(make: Callable[[], Deployment]) -> None:
    message: Message = card(make(), CardFacts(now=at(1), argocd_url=URL))

    assert_fits(message)
