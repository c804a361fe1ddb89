"""Gather what a plan needs from Git, Argo CD and GitHub, then let pure code make it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.catalog import Environment
from bot.controls.standing import over_applications
from bot.deployments.answers import Answers, answers
from bot.deployments.deployment import Deployment
from bot.deployments.early import asked_early
from bot.deployments.events import SyncTarget
from bot.deployments.gates.allowance import Allowance, allowance
from bot.deployments.gates.closed import Facts, Gate, GateName, gates, judged
from bot.deployments.gates.controls import warnings
from bot.deployments.gates.wording import warning
from bot.deployments.plan import (
    Build,
    Commits,
    ImageChange,
    LeftOut,
    Plan,
)
from bot.deployments.releases.release import Release
from bot.deployments.releases.releasing import (
    THE_BUILD,
    UNVERIFIED,
    Shipment,
    shipment_of,
)
from bot.deployments.releases.wording import remarks, soaked
from bot.deployments.rollbacks.argo_past import NO_HOOKS
from bot.deployments.sharp import sharp
from bot.deployments.waves import find_applications, in_waves
from integrations.argocd.model import Application, ApplicationRef

if TYPE_CHECKING:
    from bot.services import Services

_NOTHING = Facts()


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, the gates that are closed for it now, and the files as they stand at its base.

    `soak` says for how long the source environment has run what ships, "" without a source.
    `judged` names the gates that were asked at all, closed or open; `warned` is what the plan
    warns of because it lies over its applications now.
    """

    plan: Plan
    closed: tuple[Gate, ...]
    files: Mapping[str, str]
    soak: str = ""
    judged: tuple[GateName, ...] = ()
    warned: tuple[str, ...] = ()

    @property
    def to_ask(self) -> Plan:
        """The plan without those warnings: whoever looks at it while it waits, sees them anew."""
        lasting = tuple(said for said in self.plan.warnings if said not in self.warned)
        return self.plan.model_copy(update={"warnings": lasting})


async def plan_of(services: Services, deployment: Deployment, *, at_act: bool = False) -> Planned:
    """The plan of a deployment whose build is found, as the world is now; `at_act` where what it
    says is about to be written.
    """
    request = deployment.request
    known = Facts(actor=request.actor)
    if request.sync is not None:
        planned = await plan_sync(services, request.applications, request.sync, known=known)
        if request.way_back is None:
            return planned
        warned = (*planned.plan.warnings, NO_HOOKS)
        return replace(planned, plan=planned.plan.model_copy(update={"warnings": warned}))
    assert deployment.found is not None  # noqa: S101 - decide() finds the build first
    environment = services.catalog.environment(request.environment)
    build = deployment.found.build
    shipment = shipment_of(request, at_act=at_act)
    wanted = request.services
    asked = deployment.approval.asked.plan if deployment.approval else None
    told = asked.commits if asked is not None and at_act else None
    planned = await plan_deploy(
        services, environment, build, wanted, shipment, known=known, told=told
    )
    return replace(planned, plan=_with_befores(planned.plan, asked.changes if asked else ()))


def _with_befores(plan: Plan, asked: Sequence[ImageChange]) -> Plan:
    """The plan; what runs before it as it was when the approval was asked for, where Git still
    says the same and it was not known then, or is not now: that pods are silent is no change.
    """
    told = {(each.service, each.before): each.digest_before for each in asked}

    def settled(change: ImageChange) -> ImageChange:
        then = told.get((change.service, change.before), change.digest_before)
        is_told = bool(then and change.digest_before)
        return change if is_told else change.model_copy(update={"digest_before": then})

    return plan.model_copy(update={"changes": tuple(settled(each) for each in plan.changes)})


async def plan_deploy(
    services: Services,
    environment: Environment,
    build: Build,
    wanted: Sequence[str],
    shipment: Shipment = THE_BUILD,
    *,
    known: Facts = _NOTHING,
    told: Commits | None = None,
) -> Planned:
    """What deploying `build` to `environment` changes, for the wanted services or all of them.

    Only reads: Git (a fetch), Argo CD and the registry (GET), GitHub (compare, checks). `known`
    are facts for the gates that the caller has looked up, `told` the commits that approvers were
    shown: they are no part of what they approved, and GitHub is not asked for them again.
    """
    ask = partial(
        answers,
        services=services,
        environment=environment,
        build=build,
        wanted=wanted,
        shipment=shipment,
        told=told,
    )
    now, heard = await asked_early(services, environment, wanted, ask)
    release, plan = heard.release, _plan(services, environment, build, now.base, heard)
    facts = replace(
        known,
        missing=heard.missing,
        needs_approval=_unapproved(services, [environment.name]),
        release=release,
    )
    facts = _with(services, plan, facts, heard.allowed)
    soak = soaked(release.soak, services.clock.now()) if release.soak else ""
    return _planned(services, plan, facts, now.files, soak)


def _plan(
    services: Services, environment: Environment, build: Build, base: str, heard: Answers
) -> Plan:
    warned = _warnings(services, environment, heard.changes, build)
    return Plan(
        base=base,
        changes=heard.changes,
        waves=heard.waves,
        commits=heard.commits,
        warnings=(*warned, *remarks(heard.release)),
        asides=_asides(services, environment, build, heard.release),
    )


async def plan_sync(
    services: Services,
    names: Sequence[str],
    asked: SyncTarget | None = None,
    *,
    known: Facts = _NOTHING,
) -> Planned:
    """What syncing these applications touches, in waves; the skip is judged at each wave.

    `asked` is what a person typed. A dry run of it changes nothing, and needs no approval.
    """
    found, missing = await find_applications(services, names)
    left_out = tuple(
        LeftOut(application=name, why=f"it needs an approval of its own: /sync {name}")
        for name in (asked.left_out if asked else ())
    )
    waves = in_waves(services, found)
    touched = [app.environment for wave in waves for app in wave if app.environment]
    unapproved = () if asked and asked.dry_run else _unapproved(services, touched)
    base = await services.gitops.fetch() if unapproved else ""
    objects = await _objects(services, asked, found) if asked else ()
    plan = Plan(base=base, waves=waves, left_out=left_out, sharp=objects)
    facts = replace(known, missing=missing, needs_approval=unapproved)
    facts = _with(services, plan, facts, await allowance(services, plan.applications))
    return _planned(services, plan, facts)


def _planned(
    services: Services,
    plan: Plan,
    facts: Facts,
    files: Mapping[str, str] = MappingProxyType({}),
    soak: str = "",
) -> Planned:
    """The plan with what its gates say now, and what lies over it."""
    closed = gates(plan, facts, services.clock.now())
    asked = judged(plan, facts, asks_registry=services.registry is not None)
    over = _over(plan, facts)
    return Planned(_warned(plan, over), closed, files, soak, asked, over)


async def _objects(
    services: Services, asked: SyncTarget, found: Iterable[Application]
) -> tuple[str, ...]:
    """What is deleted and replaced, by the whole of each application as it is now."""
    if not asked.is_sharp:
        return sharp(asked, ())
    refs = [ApplicationRef(app.name, app.namespace, app.project) for app in found]
    return sharp(asked, [await services.argocd.get(ref) for ref in refs])


def _warnings(
    services: Services, environment: Environment, changes: Sequence[ImageChange], build: Build
) -> tuple[str, ...]:
    said = []
    if build.tag == "latest" and any(change.is_noop for change in changes):
        said.append("latest over latest changes nothing in Git: pods keep the image they pulled.")
    elif build.is_unknown:
        said.append(f"GitHub shows no commit {build.sha}: maybe nobody ever built {build.tag}.")
    if services.registry is None and environment.needs_approval:
        said.append(f"Tag {build.tag} {UNVERIFIED}")
    return tuple(said)


def _asides(
    services: Services, environment: Environment, build: Build, release: Release
) -> tuple[str, ...]:
    """Whether the images are known to be there, where that is nothing to worry about."""
    if services.registry is not None:
        return (
            ()
            if release.absent or release.taken
            else ("Verified: the registry has all of these images.",)
        )
    return () if environment.needs_approval else (f"Tag {build.tag} {UNVERIFIED}",)


def _unapproved(services: Services, environments: Iterable[str]) -> tuple[str, ...]:
    names = dict.fromkeys(environments)
    return tuple(name for name in names if services.catalog.environment(name).needs_approval)


def _over(plan: Plan, facts: Facts) -> tuple[str, ...]:
    """What people are warned of: pins and holds, which stop automation alone."""
    found = warnings(facts.standing, [app.name for app in plan.applications], facts.actor)
    return tuple(map(warning, found))


def _warned(plan: Plan, said: tuple[str, ...]) -> Plan:
    return plan.model_copy(update={"warnings": (*plan.warnings, *said)}) if said else plan


def _with(services: Services, plan: Plan, facts: Facts, allowed: Allowance) -> Facts:
    """The facts with what Argo CD allows and what lies over the plan's applications."""
    names = [app.name for app in plan.applications]
    over = over_applications(services.controls, services.catalog, names, services.clock.now())
    return replace(facts, windows=allowed.windows, may_sync=allowed.may_sync, standing=over)
