"""A few whole cards, as Slack gets them: `pytest --snapshot-update` after a wanted change."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from bot.deployments.events import (
    ApplicationEnded,
    AppOutcome,
    BuildFound,
    DeploymentCorrected,
    DeploymentEnded,
    DeploymentPlanned,
    FailingResource,
    Outcome,
)
from bot.deployments.plan import Build, Commit, Commits, Plan
from bot.deployments.rollouts.progress import Progress
from bot.views.card import CardFacts, card
from integrations.argocd.model import Health, Sync
from tests.bot.deployments.histories import (
    NEW,
    OLD,
    History,
    asked,
    asked_to_sync,
    at,
    change,
    planned_application,
)

SHA = "abc1234" + "0" * 33
BUILD = Build(tag=NEW, sha=SHA, title="Search by meaning", author="ada", run_id=812)
COMMITS = Commits(
    status="ahead",
    total=3,
    commits=(Commit(sha=SHA, author="ada", title="Search by meaning"),),
    url="https://github.example/link/app/compare/0000001...abc1234",
)
FACTS = CardFacts(
    now=at(75),
    argocd_url="https://argocd.example",
    progress={
        "link-app-staging": Progress(
            Health.PROGRESSING, Sync.SYNCED, 9, 16, "Progressing: waiting for Deployment/ai-svc."
        )
    },
)


def deploying() -> History:
    names = ("link-app-staging", "link-frontend")
    history = asked("d4k2m9q7t", applications=names, reason="The search is ready")
    history.then(BuildFound, build=BUILD).started()
    plan = Plan(
        base="b" * 40,
        changes=(change("user-svc"), change("search-svc", before=OLD)),
        waves=(tuple(planned_application(name, 3) for name in names),),
        commits=COMMITS,
    )
    return history.then(DeploymentPlanned, plan=plan).intended().committed().wave()


def succeeded() -> History:
    history = deploying().syncing("link-app-staging", "link-frontend")
    for name in ("link-app-staging", "link-frontend"):
        history.then(
            ApplicationEnded,
            application=name,
            outcome=AppOutcome.SUCCEEDED,
            sync="Synced",
            health="Healthy",
        )
    return history.over(Outcome.SUCCEEDED, "Every application is Synced and Healthy.")


def failed() -> History:
    history = deploying().syncing("link-app-staging").well("link-frontend")
    object_ = FailingResource(
        kind="Deployment",
        name="user-svc",
        namespace="link-staging",
        message="1 of 3 updated replicas are available",
        events=("Pod/user-svc-7d9: BackOff: Back-off restarting failed container",),
    )
    history.then(
        ApplicationEnded,
        application="link-app-staging",
        outcome=AppOutcome.FAILED,
        message="crash loop",
        failing=(object_,),
        sync="Synced",
        health="Degraded",
    )
    return history.then(
        DeploymentEnded,
        outcome=Outcome.FAILED,
        message="link-app-staging: crash loop.",
        next_step="Look into Deployment/user-svc.",
    )


def syncing_in_waves() -> History:
    history = asked_to_sync(
        "d7", applications=["cert-manager", "redis", "api-gateway"], words="all"
    )
    history.started().planned(["cert-manager"], ["redis"], ["api-gateway"], changes=())
    return history.wave().skipped("cert-manager").wave(1).syncing("redis")


def corrected() -> History:
    history = deploying().well("link-frontend").syncing("link-app-staging")
    history.ended("link-app-staging", AppOutcome.TIMED_OUT, "No progress within 10 min.")
    history.over(Outcome.TIMED_OUT, "link-app-staging: No progress within 10 min.")
    said = "link-app-staging was Synced and Healthy after all."
    names = ("link-app-staging",)
    return history.then(DeploymentCorrected, message=said, healthy=True, applications=names)


def held() -> History:
    return asked("d8").then(BuildFound, build=BUILD).queued("d7").held("d7")


@pytest.mark.parametrize(
    "history", [deploying, succeeded, failed, syncing_in_waves, corrected, held]
)
def test_the_card(history: Callable[[], History], snapshot: SnapshotAssertion) -> None:
    message = card(history().deployment, FACTS)

    whole = {"text": message.text, "blocks": json.loads(json.dumps(list(message.blocks)))}
    assert whole == snapshot(extension_class=JSONSnapshotExtension)
