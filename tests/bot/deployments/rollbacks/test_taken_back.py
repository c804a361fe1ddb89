"""Who is told that a build was taken back, told deployment by deployment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.deployments.plan import Plan
from bot.deployments.rollbacks.taken_back import SPAN, asked_back, taken_back
from tests.bot.deployments.histories import OLU, asked, at, change
from tests.bot.deployments.rollbacks.test_targets import went

BACK = went("d2", "sha-bad", "sha-good", purpose="rollback")
SOON = at(3600)


def brings(tag: str, digest: str = "") -> Plan:
    return Plan(
        changes=(change("user-svc", "sha-good", tag).model_copy(update={"digest": digest}),)
    )


@pytest.mark.parametrize(
    ("plan", "late", "told"),
    [
        (brings("sha-bad"), timedelta(0), True),
        (brings("sha-new"), timedelta(0), False),
        (brings("sha-new", "sha256:1"), timedelta(0), False),
        (brings("sha-bad"), SPAN, False),
        (Plan(), timedelta(0), False),
    ],
)
def test_only_what_a_rollback_left_here_not_long_ago_is_told(
    plan: Plan, late: timedelta, *, told: bool
) -> None:
    found = taken_back([BACK], plan, SOON + late)
    assert (found is not None) is told
    if found:
        assert (found.id, found.actor) == ("d2", BACK.request.actor)


def test_the_same_image_under_another_tag_is_known_by_its_digest() -> None:
    left = change("user-svc", "sha-bad", "sha-good").model_copy(
        update={"digest_before": "sha256:1"}
    )
    story = asked("d2", purpose="rollback", environment="production").found().started()
    back = story.planned(["a"], changes=(left,)).intended().committed().deployment
    assert taken_back([back], brings("v2", "sha256:1"), SOON)
    assert taken_back([back], brings("v2", "sha256:2"), SOON) is None


def test_a_request_that_names_the_tag_is_told_before_there_is_a_plan() -> None:
    request = asked("d3", environment="production", tag="sha-bad", actor=OLU).deployment.request
    assert asked_back([BACK], request, SOON)
    others = request.model_copy(update={"services": ("chat-svc",)})
    assert asked_back([BACK], others, SOON) is None
    assert asked_back([BACK], request.model_copy(update={"tag": ""}), SOON) is None
