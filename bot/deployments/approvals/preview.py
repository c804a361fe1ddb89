"""Ask Argo CD what a change would render to, without a sync and without moving any branch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.deployments.approvals.differences import ObjectDifference, Preview, differences
from bot.deployments.plan import Plan
from bot.deployments.tags import Overwritten, with_new_tags
from bot.errors import NotKnown
from integrations.argocd.model import Application, ApplicationRef
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.deployments.planning import Planned
    from bot.services import Services

OBJECTS = 40
"""How many objects are kept of one preview."""
PATIENCE = 60.0
"""Seconds that a preview may take: an approval waits for it."""


class _Unforeseeable(Exception):
    """Argo CD could not render this application at another commit; the text says why."""


async def preview_of(services: Services, deployment_id: str, planned: Planned) -> Preview:
    """What a plan would make of its applications, by the very edit that its commit would be.
    Never raises for a system that is away.
    """
    plan, files = planned.plan, planned.files
    try:
        after = with_new_tags(files, plan.changes)
    except Overwritten as other:
        return Preview(why_not=f"Git names {other.tag} for {other.service} by now.")
    except UpstreamError as error:
        return Preview(why_not=f"{error.service}: {error.summary}")
    edited = {path: text for path, text in after.items() if text != files[path]}
    names = [app.name for app in plan.applications]
    return await preview(services, deployment_id, edited, names, base=plan.base)


async def preview(
    services: Services,
    deployment_id: str,
    edited_files: Mapping[str, str],
    applications: Sequence[str],
    *,
    base: str = "",
) -> Preview:
    """What `edited_files` (whole texts by path, on top of the commit `base`) would change in
    these applications. Without files: what a sync of `base` would change.

    A temporary ref holds the commit for as long as it is read. Never raises for a system that
    is away, slow or unwilling: `why_not` says so.
    """
    found: list[ObjectDifference] = []
    missed: list[str] = []
    try:
        async with services.clock.timeout(PATIENCE):
            revision = base
            if edited_files:
                revision = await services.gitops.previews.push(
                    deployment_id, edited_files, base=base
                )
            for name in applications:
                try:
                    found += await _of_application(services, name, revision)
                except _Unforeseeable as why:
                    missed.append(f"{name}: {why}")
                except UpstreamError as error:
                    missed.append(f"{name}: {error.service}: {error.summary}")
    except TimeoutError:
        missed.append("Argo CD took too long to render it.")
    except UpstreamError as error:
        missed.append(f"{error.service}: {error.summary}")
    finally:
        if edited_files:
            with suppress(UpstreamError):  # what stays is swept up once the deployment has ended
                await services.gitops.previews.remove(deployment_id, paths=edited_files)
    return Preview(objects=tuple(found[:OBJECTS]), total=len(found), why_not=" ".join(missed))


async def sweep(services: Services) -> None:
    """Remove the refs of previews that were left behind: those of deployments that it knows to have
    ended, for another may be read just now.
    """
    with suppress(UpstreamError):
        for name in await services.gitops.previews.left():
            if plan := _plan_of(services, name):
                paths = {change.file for change in plan.changes}
                await services.gitops.previews.remove(name, paths=paths)


def _plan_of(services: Services, name: str) -> Plan | None:
    """Other bots may use the same repository; they clean up after themselves."""
    try:
        deployment = services.ledger.get(name)
    except NotKnown:
        return None
    is_left = deployment.id == name and deployment.state.has_ended
    return (deployment.plan or Plan()) if is_left else None


async def _of_application(services: Services, name: str, revision: str) -> list[ObjectDifference]:
    app = services.applications.applications.get(name)
    if app is None:
        raise _Unforeseeable("Argo CD does not list it.")
    if why := _unforeseeable(app):
        raise _Unforeseeable(why)
    ref = ApplicationRef(app.name, app.namespace, app.project)
    managed = await services.argocd.managed_objects(ref)
    wanted = await services.argocd.manifests(ref, revision)
    return differences(name, managed, wanted)


def _unforeseeable(app: Application) -> str:
    if len(app.sources) != 1:
        return "it has several sources, which no single commit describes."
    if app.sources[0].chart:
        return "its manifests come from a chart, which no commit changes."
    return ""
