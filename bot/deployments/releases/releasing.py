"""Look up which images a plan's tags name: what the registry lacks is not deployed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.deployments.events import DeploymentRequested, WantedImage
from bot.deployments.plan import Build, ImageChange
from bot.deployments.releases.checking import checks_of
from bot.deployments.releases.checks import Checks
from bot.deployments.releases.containing import on_branch
from bot.deployments.releases.ordering import order_for
from bot.deployments.releases.release import OnBranch, Release
from bot.deployments.releases.running import recorded, running_in
from bot.deployments.releases.soaking import soak_of
from bot.deployments.side_by_side import together
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.catalog import Environment
    from bot.services import Services
    from integrations.registry import Registry

UNVERIFIED = "was not verified: no registry is configured (REGISTRY_URL, REGISTRY_TOKEN)."


@dataclass(frozen=True, slots=True)
class Shipment:
    """What a request says of what ships. Without `images` it is the build's tag everywhere.

    `source` is the environment that they are promoted from, and which ran them Healthy when that
    was asked for: their tags are given to them later.
    Where `patient`, a GitHub that is away and is asked for checks is waited for. What goes back at
    once is not judged anew; a rollback of any kind `returns` to what was here.
    """

    images: tuple[WantedImage, ...] = ()
    source: str = ""
    patient: bool = False
    goes_back: bool = False
    returns: bool = False


THE_BUILD = Shipment()


def shipment_of(request: DeploymentRequested, *, at_act: bool = False) -> Shipment:
    """That of a request. Only `at_act`, before anything is written, those who tell of checks are
    waited for; who overrides checks does not wait for them.
    """
    source = request.source if request.purpose == "promotion" else ""
    patient = at_act and not request.override_checks
    return Shipment(
        request.images,
        source,
        patient,
        goes_back=request.goes_back_at_once,
        returns=request.purpose == "rollback",
    )


async def released(
    services: Services,
    environment: Environment,
    changes: Sequence[ImageChange],
    build: Build,
    shipment: Shipment,
) -> tuple[tuple[ImageChange, ...], Release]:
    """The changes with the digests of their images, and the facts for the gates about them.

    Raises UpstreamError where a system is away that has to be asked.
    """
    if shipment.goes_back:
        return await _gone_back_to(services, environment, changes, shipment)
    patient = shipment.patient
    async with together() as group:
        image = group.create_task(
            identified(services, changes, shipment.images, makes_tags=bool(shipment.source)),
            name="images",
        )
        befores = group.create_task(_befores(services, environment, changes), name="pods")
        checks = group.create_task(
            _checks(services, environment, changes, build, patient=patient), name="checks"
        )
        branches = group.create_task(
            _branches(services, environment, changes, build, patient=patient), name="branch"
        )
    known, release = image.result()
    before = befores.result()
    known = tuple(_complete(environment, each, before.get(each.service, "")) for each in known)
    order = await order_for(services, environment, known, returning=shipment.returns)
    return known, replace(
        release,
        checks=checks.result(),
        branches=branches.result(),
        must_contain=_must_contain(environment),
        soak=await soak_of(services, environment, {c.service: c.digest for c in known}),
        order=order,
    )


def _must_contain(environment: Environment) -> bool:
    """Whether a commit beside the environment's branch does not ship."""
    return environment.promotion is not None and environment.promotion.require_contained


async def _branches(
    services: Services,
    environment: Environment,
    changes: Sequence[ImageChange],
    build: Build,
    *,
    patient: bool,
) -> tuple[OnBranch, ...]:
    """Whether the commits are on the environment's branch; () where nobody minds."""
    must_contain = _must_contain(environment)
    asked = changes if environment.needs_approval or must_contain else ()
    patient = patient and must_contain
    return await on_branch(services, asked, build, environment.branch, patient=patient)


async def _gone_back_to(
    services: Services,
    environment: Environment,
    changes: Sequence[ImageChange],
    shipment: Shipment,
) -> tuple[tuple[ImageChange, ...], Release]:
    """The images that ran here before: a registry that is away keeps nobody from going back."""
    try:
        known, release = await identified(services, changes, shipment.images, makes_tags=False)
        if environment.pins_digest:  # then it is the digest that runs, whatever its tag names
            release = replace(release, taken=())
    except UpstreamError as error:
        services.reachability.heard(error)
        meant = {each.service: each.digest for each in shipment.images}
        known = tuple(each.model_copy(update={"digest": meant[each.service]}) for each in changes)
        release = Release()
    return tuple(_complete(environment, each, "") for each in known), release


def _complete(environment: Environment, change: ImageChange, before: str) -> ImageChange:
    """The change with what runs before it, and the digest that Git is to name: where the catalog
    asks for one, or Git names one already, which a new tag alone would not change.
    """
    pins = environment.pins_digest or bool(change.pin_before)
    pin = change.digest if pins else ""
    return change.model_copy(update={"digest_before": before, "pin": pin})


async def _checks(
    services: Services,
    environment: Environment,
    changes: Sequence[ImageChange],
    build: Build,
    *,
    patient: bool,
) -> tuple[Checks, ...]:
    if not environment.requires_checks:
        return ()
    return await checks_of(services, changes, build, patient=patient)


async def _befores(
    services: Services, environment: Environment, changes: Sequence[ImageChange]
) -> dict[str, str]:
    """The images behind the tags that Git names now, where somebody is to approve what takes
    their place: by the pods, or by the record while those still run others.
    """
    if not environment.needs_approval:
        return {}
    wanted = {change.service: change for change in changes}
    images = [image for image in services.catalog.services if image.service in wanted]
    found = {}
    for service, run in (await running_in(services, environment, images)).items():
        before = wanted[service].before
        found[service] = (
            run.digest
            if run.tags == (before,)
            else recorded(services, environment.name, service, before)
        )
    return found


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the registry says of one image that is to run."""

    digest: str = ""
    absent: str = ""
    taken: str = ""


async def identified(
    services: Services,
    changes: Sequence[ImageChange],
    images: Sequence[WantedImage],
    *,
    makes_tags: bool,
) -> tuple[tuple[ImageChange, ...], Release]:
    """The changes with the digests of their images, and what the registry lacks of them.

    Of `images` it is the digest that is wanted; where `makes_tags`, their tags are given to them
    later. Raises UpstreamError where the registry does not say. Without a registry nothing is
    known, and nothing lacking.
    """
    registry = services.registry
    if registry is None:
        return tuple(changes), Release()
    meant = {each.service: each.digest for each in images}
    answers: dict[str, _Answer] = {}

    async def look(change: ImageChange) -> None:
        wanted = meant.get(change.service, "")
        answers[change.service] = (
            await _wanted(registry, change, wanted, makes_tags=makes_tags)
            if wanted
            else await _tagged(registry, change)
        )

    async with together() as group:
        for change in changes:
            group.create_task(look(change), name=f"image of {change.service}")
    found = [answers[change.service] for change in changes]
    release = Release(
        absent=tuple(each.absent for each in found if each.absent),
        taken=tuple(each.taken for each in found if each.taken),
    )
    known = tuple(
        change.model_copy(update={"digest": answers[change.service].digest}) for change in changes
    )
    return known, release


async def _tagged(registry: Registry, change: ImageChange) -> _Answer:
    """The image that the tag names."""
    digest = await registry.digest(change.image, change.after)
    return _Answer(digest) if digest else _Answer(absent=f"{change.service}:{change.after}")


async def _wanted(
    registry: Registry, change: ImageChange, wanted: str, *, makes_tags: bool
) -> _Answer:
    """The image of that digest, which its tag must name, or no other where it is given later."""
    tag = f"{change.service}:{change.after}"
    held = await registry.digest(change.image, change.after)
    if held is not None:
        return _Answer(wanted, taken="" if held == wanted else tag)
    if not makes_tags:
        return _Answer(wanted, absent=tag)
    there = await registry.digest(change.image, wanted)
    return _Answer(wanted, absent="" if there else f"{change.service}@{wanted[:19]}")
