"""Every other thing that the bot says holds with any text, in any number."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.access import Actor, Memberships, Permission, Rights
from bot.catalog import load
from bot.command import Command, Option, Reply
from bot.deployments.events import BuildFound
from bot.deployments.gates.closed import Gate, GateName
from bot.deployments.gates.findings import NotPermitted
from bot.deployments.plan import Build, Plan
from bot.doctor import Finding
from bot.errors import NotAllowed, NotKnown, UsageError
from bot.notifications.fitting import fitted
from bot.notifications.owed import Undelivered
from bot.views import (
    application,
    examination,
    forms,
    manual,
    me,
    plan,
    pod_logs,
    refusals,
    replies,
    where,
)
from bot.views.message import Message
from bot.whereabouts import Running, Whereabouts
from integrations.argocd.details import KubernetesEvent, LogLine, ResourceNode
from integrations.argocd.model import (
    Application,
    Condition,
    Health,
    HistoryEntry,
    Operation,
    OperationState,
    Phase,
    ResourceRef,
    ResourceStatus,
    Source,
    Sync,
)
from integrations.errors import RateLimited, Rejected, Unauthorized, Unreachable
from tests.bot.deployments.histories import DANA, OLU, asked, asked_to_sync, at
from tests.bot.views.any_deployment import builds, newer, plans
from tests.bot.views.hostile import (
    assert_fits,
    assert_modal_fits,
    every_text,
    untrusted,
)

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

CATALOG = load(Path(__file__).parents[3] / "catalog.yaml")
URL = "https://argocd.example/applications/argocd/a"
MANY = st.sampled_from([0, 1, 3, 400])
quick = settings(max_examples=40, deadline=None)

refs = st.builds(ResourceRef, kind=untrusted, name=untrusted)


@st.composite
def applications(draw: st.DrawFn) -> Application:
    ref, said = draw(refs), draw(untrusted)
    health, sync = draw(st.sampled_from(Health)), draw(st.sampled_from(Sync))
    operation = Operation(initiated_by=draw(untrusted), automated=draw(st.booleans()))
    return Application(
        name=draw(st.sampled_from(["link-app-staging", "<!channel>", "a" * 253])),
        project=draw(untrusted),
        destination_namespace=draw(untrusted),
        sources=(Source(repo_url=draw(untrusted), path=draw(untrusted)),) * draw(MANY),
        health=health,
        health_message=said,
        sync=sync,
        sync_revisions=(draw(untrusted),),
        operation=draw(st.sampled_from([None, operation])),
        state=draw(st.sampled_from([None, OperationState(operation, Phase.FAILED, said, at(1))])),
        images=(draw(untrusted),) * draw(MANY),
        resources=(ResourceStatus(ref, sync, health, said),) * draw(MANY),
        conditions=(Condition("SyncError", said),) * draw(MANY),
        history=(HistoryEntry(1, draw(untrusted), at(2), at(1), said),) * draw(MANY),
    )


def assert_goes_out(message: Message) -> None:
    """As the doors and the outbox send it."""
    assert_fits(fitted(message))


@quick
@given(applications(), untrusted, st.booleans(), st.booleans())
def test_an_application_fits(app: Application, note: str, hard: bool, late: bool) -> None:  # noqa: FBT001 - drawn
    assert_goes_out(application.overview(app, URL, note))
    assert_goes_out(application.history(app, URL))
    assert_goes_out(application.refreshed(app, URL, hard=hard, timed_out=late))


@quick
@given(applications(), refs, untrusted, MANY)
def test_its_resources_and_events_fit(
    app: Application, ref: ResourceRef, said: str, many: int
) -> None:
    pod = ResourceNode(ResourceRef("Pod", said), health=Health.DEGRADED, health_message=said)
    event = KubernetesEvent("Warning", said, said, 7, at(1), at(2), ref)

    assert_goes_out(application.resources(app, [pod] * many, URL))
    assert_goes_out(application.events(app.name, [event] * many, URL))


@pytest.mark.parametrize("many", [100, 400])
def test_resources_beyond_those_shown_are_counted(many: int) -> None:
    one = ResourceStatus(ResourceRef("ConfigMap", "x"), Sync.SYNCED, None)
    event = KubernetesEvent("Warning", "BackOff", "again", 1, at(1), at(2))
    entries = tuple(HistoryEntry(n, "f" * 40, at(2), at(1), "admin") for n in range(many))
    app = Application("a", resources=(one,) * many, history=entries, images=("i:1",) * many)

    assert f"and {many - 40} more" in every_text(application.resources(app, [], ""))
    assert f"and {many - 20} more" in every_text(application.events("a", [event] * many, ""))
    assert f"and {many - 20} more" in every_text(application.history(app, ""))
    assert f"and {many - 15} more" in every_text(application.overview(app, ""))


@quick
@given(st.lists(untrusted, max_size=4), untrusted, MANY, st.booleans())
def test_logs_fit(contents: list[str], pod: str, many: int, told: bool) -> None:  # noqa: FBT001 - drawn
    lines = [LogLine(each, at(1) if told else None, pod) for each in contents] * many

    assert_goes_out(pod_logs.pod_logs("a of b", lines, URL, tail=100, why=pod))


@quick
@given(plans(), builds, newer, untrusted, MANY)
def test_a_dry_run_fits(found_plan: Plan, build: Build, more: object, text: str, many: int) -> None:
    request = asked().deployment.request
    found = BuildFound.model_validate({"at": at(1), "build": build, "newer": more})
    closed = [Gate(GateName.SYNC_WINDOW, NotPermitted(text, text))] * many
    before = {"f": f"{text}\n" * 3, "g": "same"}

    assert_goes_out(
        plan.dry_run(request, found, found_plan, closed, before, {"f": f"new {text}", "g": "same"})
    )


@quick
@given(
    applications(),
    untrusted,
    st.lists(untrusted, max_size=9),
    st.sampled_from([0, 3, 40]),
    st.none() | st.booleans(),
)
def test_whereabouts_fit(
    app: Application,
    text: str,
    problems: list[str],
    many: int,
    contains: bool | None,  # noqa: FBT001 - drawn
) -> None:
    by_person = Running("user-svc", text, (text, "sha-2"), at(1), actor=DANA)
    by_name = [Running(f"svc-{n}", f"{text}{n}", by=text) for n in range(many)]
    place = Whereabouts(
        "staging", (by_person, *by_name), (app,) * many, text, 3, contains, tuple(problems)
    )

    assert_goes_out(where.where([place] * 3, "https://argocd.example"))
    assert_goes_out(where.where([place], "", commit=text or "abc"))
    assert_goes_out(where.where([place] * 10, "", service="user-svc"))


@quick
@given(untrusted, st.lists(untrusted, max_size=30), untrusted)
def test_who_one_is_fits(name: str, groups: list[str], token: str) -> None:
    actor = Actor(id="U0DANA", name=name)
    everything = {"staging": (*Permission,), name: ()}
    held = Rights(everything, {f"group:{each}": everything for each in [name, *groups]})
    known = Memberships(new={f"group:{name}": at(1)}, uncounted={each: each for each in groups})
    refused = Memberships(refusal=name.strip() or "no")

    assert_goes_out(me.whoami(actor, groups, ["staging", name], held, known, asks={name: [name]}))
    assert_goes_out(me.whoami(actor, groups, [], Rights({}, {}), refused, asks={}))
    assert_goes_out(me.login(token, at(1), "https://shipmate.example"))


async def never(*_: object) -> Reply:
    raise AssertionError("help runs nothing")


@quick
@given(untrusted, MANY)
def test_help_fits(text: str, many: int) -> None:
    command: Command[object] = Command(
        name="deploy",
        summary=text,
        usage=text,
        parse=lambda *_: None,
        needs=lambda *_: (),
        run=never,
        options=(Option("x", text, text),) * many,
        examples=(text,) * many,
        slash=True,
    )

    assert_goes_out(manual.one_command(command))
    assert_goes_out(manual.all_commands([command] * many))


@quick
@given(untrusted, untrusted, MANY)
def test_replies_fit(text: str, other: str, many: int) -> None:
    deployment = asked(services=[text] * many, tag=text, reason=other).deployment
    sync = asked_to_sync(words=text or "all", dry_run=True).deployment

    for each in (deployment, sync):
        assert_goes_out(replies.deployment_requested(each.request, [text] * many))
        assert_goes_out(replies.stopping(each, revert=True))
        assert_goes_out(replies.already_over(each, URL))
        assert_goes_out(replies.resumed([each] * many))
    modal = forms.confirm_sync(text or "a", [other] * many, [text] * many, "a --force --prune")
    assert_goes_out(replies.asked_to_confirm(modal, text))


@quick
@given(untrusted, untrusted, st.lists(untrusted, max_size=3))
def test_refusals_fit(message: str, hint: str, near: list[str]) -> None:
    said = message.strip() or "No."
    for error in (
        UsageError(said, hint=hint),
        NotAllowed(said, hint=hint),
        NotKnown(said, hint=hint, near=tuple(near)),
    ):
        assert_goes_out(refusals.refused(error, usage=hint))
    for upstream in (
        Unreachable("Git", said),
        Rejected("Argo CD", said, changed="unknown"),
        RateLimited("GitHub", said, retry_after=3),
        Unauthorized("Argo CD", said),
    ):
        assert_goes_out(refusals.upstream_failed(upstream))
    assert_goes_out(refusals.bug("1a2b3c"))
    assert_goes_out(refusals.stopping())


@quick
@given(untrusted, MANY)
def test_an_examination_fits(text: str, many: int) -> None:
    findings = [Finding("Slack", state, text, text) for state in ("ok", "warning", "fault")] * many
    away = {f"{text}{n}": text for n in range(min(many, 20))}
    undelivered = [Undelivered(text, text, text, 0.0)] * many

    assert_goes_out(examination.examination(findings, away, undelivered, text))


@quick
@given(untrusted, MANY, st.booleans())
def test_forms_fit(text: str, many: int, revert: bool) -> None:  # noqa: FBT001 - drawn
    names = [f"application-{n}" for n in range(many)]
    history = asked(applications=names, tag=text).found().started().planned(names).intended()
    assert_modal_fits(forms.cancel(history.deployment))
    history.committed().wave().asked_to_sync(*names).cancelled(revert=revert, by=OLU)
    assert_modal_fits(forms.cancel(history.deployment))
    assert_modal_fits(forms.deploy(CATALOG))
    assert_modal_fits(forms.sync(CATALOG))
    assert_modal_fits(forms.confirm_sync(text or "a", [text] * many, [text] * many, "a --force"))
    assert_modal_fits(forms.confirm_shared(CATALOG.applications, text))
