"""The card that asks for an approval says no more than anybody knows."""

from __future__ import annotations

import pytest

from bot.deployments.approvals.review import Review, SeenGate
from bot.deployments.deployment import Deployment
from bot.deployments.events import ApprovalRequested
from bot.deployments.plan import Commits, Plan
from bot.views.approval_card import review_blocks, scope_sentence
from bot.views.card_facts import CardFacts
from bot.views.title import title
from tests.bot.deployments.histories import asked, asked_to_sync, at, change

CHANGES = (change("user-svc"),)
NOW = CardFacts(now=at(600))


def waiting(plan: Plan, review: Review, *, sharply: bool = False) -> Deployment:
    history = asked_to_sync(prune=True, force=True) if sharply else asked(needs_approval=True)
    facts = {"plan": plan, "digest": "d", "review": review}
    return history.then(
        ApprovalRequested, remind_at=at(7200), expires_at=at(14_400), **facts
    ).deployment


def gates_of(review: Review) -> str:
    return str(review_blocks(waiting(Plan(changes=CHANGES), review), NOW))


def test_gates_that_nobody_asked_are_not_called_open() -> None:
    assert "permission and lock" in gates_of(Review(judged=("permission", "lock")))
    for name in ("CI", "registry", "soak"):
        assert name not in gates_of(Review(judged=("permission", "lock")))
    assert "Every gate" not in gates_of(Review())  # of before that was remembered
    shut = Review(judged=("CI", "lock"), gates=(SeenGate(name="CI", why="It is red."),))
    assert "Open: lock." in gates_of(shut)


@pytest.mark.parametrize(
    ("commits", "migrations", "said"),
    [
        (Commits(status="ahead", total=1), (), "no new migration file"),
        (Commits(why="GitHub is away"), (), "migrations unknown"),
        (Commits(status="ahead", total=1, files_cut=True), (), "migrations unknown"),
        (Commits(status="ahead", total=1, files_cut=True), ("a.sql",), "at least 1 migration"),
        (Commits(status="ahead", total=1), ("a.sql",), "commit, 1 migration."),
    ],
)
def test_migrations_are_none_only_where_everything_was_seen(
    commits: Commits, migrations: tuple[str, ...], said: str
) -> None:
    review = Review(migrations=migrations)
    assert said in scope_sentence(waiting(Plan(changes=CHANGES, commits=commits), review))


def test_approvers_of_a_sync_read_what_it_deletes() -> None:
    objects = ("--prune ConfigMap/old", "--prune Secret/key")
    deployment = waiting(Plan(sharp=objects), Review(), sharply=True)
    assert title(deployment).endswith(" with --force and --prune")
    assert "--prune ConfigMap/old and --prune Secret/key" in scope_sentence(deployment)
    assert all(each in str(review_blocks(deployment, NOW)) for each in objects)
