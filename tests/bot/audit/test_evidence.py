"""The page of evidence tells every event in a sentence, and what does not hold any more as such."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Any, Literal, get_args, get_origin

import pytest

from bot.access import Actor, Door
from bot.audit.entries import entry
from bot.audit.evidence import evidence, text
from bot.audit.parts import Part, part_of
from bot.audit.sentences import sentence
from bot.deployments.approvals.review import Review, SeenGate
from bot.deployments.events import (
    ApprovalLapsed,
    ApprovalRequested,
    Approved,
    DeploymentEvent,
    Outcome,
)
from bot.deployments.plan import Build, Commit, Plan
from bot.store import Recorded
from tests.bot.controls.laid import AMIR
from tests.bot.deployments.histories import DANA, History, asked, at

EVERY_KIND: tuple[type[DeploymentEvent], ...] = get_args(get_args(DeploymentEvent)[0])
VERA = Actor(id="U0VERA", name="Vera")
EXAMPLES: dict[Any, Any] = {
    str: "words", int: 1, float: 1.0, bool: False, datetime: at(1), Actor: DANA,
    Plan: Plan(), Build: Build(tag="sha-abc1234"),
}  # fmt: skip


def example(kind: type[DeploymentEvent]) -> DeploymentEvent:
    """One with something in each field that must be given."""
    fields = {name: field for name, field in kind.model_fields.items() if field.is_required()}
    return kind.model_validate({name: _some(each.annotation) for name, each in fields.items()})


def _some(annotation: Any) -> Any:
    if get_origin(annotation) is Literal:
        return get_args(annotation)[0]
    if get_origin(annotation) is tuple:
        return ()
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return next(iter(annotation))
    return EXAMPLES[annotation]


def recorded(history: History) -> list[Recorded]:
    told = []
    for number, event in enumerate(history.events, 1):
        actor = getattr(event, "actor", None)
        told.append(
            Recorded(
                number, "deployment/d1", number, event.at, event.type,
                event.model_dump(mode="json"), actor.subject if actor else "",
                Door.SLACK if actor else "", "a", "b",
            )
        )  # fmt: skip
    return told


def page(events: list[Recorded], **categories: str) -> str:
    told = [(event, entry(event)) for event in events]
    named = {name.replace("_", "-"): category for name, category in categories.items()}
    return text("d1", evidence(told, (9, "c" * 64), named))


def put_before_approvers(history: History, digest: str = "p1", **more: Any) -> History:
    facts = {"remind_at": at(60), "expires_at": at(120), "approvers": ("group:approvers",), **more}
    return history.then(ApprovalRequested, plan=Plan(), digest=digest, **facts)


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.__name__)
def test_every_kind_of_event_has_a_sentence_and_its_place(kind: type[DeploymentEvent]) -> None:
    event = example(kind)
    said = sentence(event, "slack:U0DANA")
    assert said.endswith((".", "words"))
    assert " " in said
    assert part_of(event) is not Part.OTHER


def test_waves_are_named_by_number_category_and_applications() -> None:
    history = asked(applications=("link-app-staging",)).found().started()
    said = page(
        recorded(history.planned(["link-app-staging"], ["gate"]).intended().committed().wave(1)),
        link_app_staging="applications",
        gate="gateway",
    )
    assert "Wave 0 (applications): link-app-staging\n" in said
    assert "Wave 1 (gateway): gate began." in said
    assert "Committed and pushed as ccccccc" in said
    assert "WaveStarted" not in said


def test_approvals_that_lapsed_are_marked_as_void_and_those_after_them_are_not() -> None:
    history = put_before_approvers(asked(needs_approval=True).found(), needed=2)
    history.then(Approved, actor=AMIR, digest="p1")
    history.then(ApprovalLapsed, why="The plan has changed: user-svc is new.", approved_by=(AMIR,))
    put_before_approvers(history, "p2").then(Approved, actor=VERA, digest="p2")

    said = page(recorded(history)).splitlines()

    (first,) = [line for line in said if "Approved by slack:U0AMIR" in line]
    assert "[VOID since 2026-11-23 12:00:04 UTC: The plan has changed: user-svc is new.]" in first
    (asking,) = [line for line in said if "of the plan p1." in line and "asked for" in line]
    assert "[VOID since" in asking
    (second,) = [line for line in said if "Approved by slack:U0VERA" in line]
    assert "VOID" not in second
    assert any("The approval of Amir Approver became void" in line for line in said)


def test_what_approvers_were_shown_is_on_the_page() -> None:
    review = Review(
        judged=("CI", "soak", "freeze"),
        gates=(SeenGate(name="CI", why="It is red."),),
        riding=(Commit(sha="f" * 40, title="Raise the limits", author="Mei"),),
        migrations=("db/1.sql",),
        soak="staging has run these images Healthy for 2 h.",
        unknown=("Commits: GitHub is away.",),
    )
    said = page(recorded(put_before_approvers(asked(needs_approval=True).found(), review=review)))
    for line in (
        "Closed then: CI: It is red.",
        "Open then: soak, freeze",
        f"Rides along: {'f' * 40} Raise the limits by Mei",
        "Migrates the database: db/1.sql",
        "Shown: staging has run these images Healthy for 2 h.",
        "Not known then: Commits: GitHub is away.",
    ):
        assert line in said


def test_a_yes_to_another_plan_and_a_second_one_of_a_person_did_not_count() -> None:
    history = put_before_approvers(asked(needs_approval=True).found(), needed=2)
    history.then(Approved, actor=AMIR, digest="p1").then(Approved, actor=AMIR, digest="p1")
    history.then(Approved, actor=VERA, digest="p0")

    approved = [line for line in page(recorded(history)).splitlines() if "Approved by" in line]
    assert ["did not count" in line for line in approved] == [False, True, True]


def test_an_event_of_a_bot_that_knows_more_is_told_by_its_own_words() -> None:
    events = recorded(asked().found().over(Outcome.CANCELLED))
    strange = replace(events[1], type="MoonRose", data={"type": "MoonRose", "message": "Full."})
    said = page([events[0], strange, events[2]])
    assert "Also recorded" in said
    assert "moon rose: Full." in said
    assert "Ended Cancelled." in said
