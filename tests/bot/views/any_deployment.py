"""Any deployment that there could be, and what is known about it."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st

from bot.deployments.deployment import Deployment, State
from bot.deployments.events import (
    ApplicationEnded,
    AppOutcome,
    BuildFound,
    CancelRequested,
    DeploymentCorrected,
    DeploymentEnded,
    DeploymentPlanned,
    FailingResource,
    Outcome,
    SyncBlocked,
)
from bot.deployments.gates.findings import NotPermitted
from bot.deployments.gates.gate import BY_MEMORY, Gate
from bot.deployments.plan import Build, Commit, Commits, ImageChange, LeftOut, NewerBuild, Plan
from bot.deployments.rollouts.progress import Progress
from bot.views.card import CardFacts
from integrations.argocd.model import Health, Sync
from tests.bot.deployments.histories import (
    OLU,
    History,
    asked,
    asked_to_sync,
    at,
    planned_application,
)
from tests.bot.views.hostile import untrusted

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

URL = "https://argocd.example"
STATES = [state.value for state in State]
quick = settings(max_examples=60, deadline=None)

builds = st.builds(
    Build,
    tag=st.sampled_from(["sha-abc1234", "latest", "v1.2.3"]),
    title=untrusted,
    author=untrusted,
    url=untrusted,
    named_by_person=st.booleans(),
)
newer = st.none() | st.builds(
    NewerBuild, run_id=st.just(7), sha=untrusted, title=untrusted, url=untrusted
)
commit = st.builds(Commit, sha=untrusted, author=untrusted, title=untrusted, url=untrusted)
failing = st.builds(
    FailingResource,
    kind=untrusted,
    name=untrusted,
    namespace=untrusted,
    message=untrusted,
    events=st.lists(untrusted, max_size=6).map(tuple),
)
progress = st.builds(
    Progress,
    health=st.sampled_from(Health),
    sync=st.sampled_from(Sync),
    done=st.integers(0, 900),
    total=st.integers(0, 900),
    why=untrusted,
    late=st.booleans(),
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """From nothing to 300 images, 20 waves, 40 applications and 300 commits."""
    images = draw(st.sampled_from([0, 1, 7, 300]))
    waves = draw(st.sampled_from([1, 2, 20, 0]))
    size = draw(st.sampled_from([1, 2]))
    titles = draw(st.lists(commit, min_size=1, max_size=3))
    tag = draw(untrusted)
    return Plan(
        base="b" * 40,
        changes=tuple(
            ImageChange(
                service=f"svc-{n}",
                image=f"ghcr.io/link/svc-{n}",
                file="f",
                before=f"{tag}{n}",
                after="sha-new",
            )
            for n in range(images)
        ),
        waves=tuple(
            tuple(planned_application(f"app-{wave}-{n}", wave) for n in range(size))
            for wave in range(waves)
        ),
        left_out=tuple(
            LeftOut(application=f"left-{n}", why=draw(untrusted))
            for n in range(draw(st.sampled_from([0, 2, 30])))
        ),
        commits=Commits(
            status=draw(st.sampled_from(["ahead", "behind", "diverged", "identical", "unknown"])),
            why=draw(untrusted),
            total=300,
            commits=tuple(
                titles[n % len(titles)] for n in range(draw(st.sampled_from([0, 3, 300])))
            ),
            url=draw(untrusted),
        ),
        warnings=tuple(draw(st.lists(untrusted, max_size=12))),
    )


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A life up to some moment, with whatever people and systems may have said in it."""
    plan = draw(plans())
    names = [app.name for app in plan.applications] or ["app"]
    if draw(st.booleans()):
        history = asked(
            applications=names, reason=draw(untrusted), retry_of=draw(st.sampled_from(["", "d0"]))
        )
        history.then(BuildFound, build=draw(builds), newer=draw(newer))
    else:
        words = draw(st.sampled_from(["all", "infrastructure", "link-app-staging"]))
        resource = draw(st.sampled_from(["", "Deployment/Succeeded", "<!channel>/`x`"]))
        history = asked_to_sync(
            applications=names, words=words, resource=resource, dry_run=draw(st.booleans())
        )
    moment = draw(
        st.sampled_from(["asked", "queued", "held", "running", "ended early", "ended", "corrected"])
    )
    if moment in ("queued", "held"):
        history.queued(*[f"d{n}" for n in range(draw(st.integers(1, 20)))])
        return (
            history.held("d1", draw(st.sampled_from(["Failed", "Cancelled"])))
            if moment == "held"
            else history
        )
    if moment == "asked":
        return history
    history.started()
    if moment == "ended early":
        return history.then(
            DeploymentEnded,
            outcome=draw(st.sampled_from(Outcome)),
            message=draw(untrusted),
            next_step=draw(untrusted),
        )
    history.then(DeploymentPlanned, plan=plan, note=draw(untrusted))
    if history.deployment.request.kind == "deploy":
        history.intended().committed(changed=draw(st.booleans()))
    if plan.waves:
        _run(draw, history, plan)
    if moment == "running":
        return history
    history.then(
        DeploymentEnded,
        outcome=draw(st.sampled_from(Outcome)),
        message=draw(untrusted),
        next_step=draw(untrusted),
    )
    if moment == "corrected":
        history.then(DeploymentCorrected, message=draw(untrusted), healthy=draw(st.booleans()))
    return history


def _run(draw: st.DrawFn, history: History, plan: Plan) -> None:
    history.wave(draw(st.integers(0, len(plan.waves) - 1)))
    bad = draw(st.lists(failing, max_size=8))
    notes = draw(st.lists(untrusted, max_size=8))
    for app in plan.applications[: draw(st.sampled_from([0, 1, 4, 40]))]:
        history.asked_to_sync(app.name).then(SyncBlocked, application=app.name, by=draw(untrusted))
        if draw(st.booleans()):
            history.then(
                ApplicationEnded,
                application=app.name,
                outcome=draw(st.sampled_from(AppOutcome)),
                message=draw(untrusted),
                notes=tuple(notes),
                failing=tuple(bad),
                sync="OutOfSync",
                health="Degraded",
            )
    if draw(st.integers(0, 4)) == 4:
        history.then(CancelRequested, actor=OLU, revert=draw(st.booleans()))


gates = st.builds(
    Gate,
    st.sampled_from(sorted(BY_MEMORY)),
    st.builds(NotPermitted, untrusted, untrusted),
    st.sampled_from([None, at(9000)]),
)


@st.composite
def facts(draw: st.DrawFn, deployment: Deployment) -> CardFacts:
    row = draw(progress)
    return CardFacts(
        now=at(4000),
        progress={**dict.fromkeys(deployment.runs, row), "": draw(progress)},
        argocd_url=draw(st.sampled_from([URL, ""])),
        is_newest=draw(st.booleans()),
        closed=tuple(draw(st.lists(gates, max_size=3))),
        warned=tuple(draw(st.lists(untrusted, max_size=2))),
    )
