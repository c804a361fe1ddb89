"""What approvers see that is too dear to look up again and again: once, when they are asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.catalog.tags import sha_of
from bot.deployments.approvals.preview import preview_of
from bot.deployments.approvals.review import Review
from bot.deployments.approvals.reviewing import review
from bot.deployments.deployment import Deployment
from bot.deployments.plan import ImageChange, Plan
from bot.deployments.planning import Planned
from bot.deployments.releases.verified import verified
from bot.deployments.releases.wording import fared
from bot.deployments.side_by_side import together
from integrations.errors import UpstreamError
from integrations.groups import TaskGroup

if TYPE_CHECKING:
    from bot.services import Services
    from integrations.argocd.model import Application
    from integrations.github import GitHub, PullRequest

_COMMITS = 20
"""How many commits' pull requests are looked at: each is a request to GitHub."""
_AT_ONCE = 5
_REMEMBERED = 200
"""Deployments of the source that are looked through, the newest."""
_PATIENCE = 20.0


async def evidence(services: Services, deployment: Deployment, planned: Planned) -> Review:
    """The review of a plan, with its manifests rendered and the labels of its pull requests.

    Never raises for a system that is away: what it would have told is listed as unknown.
    """
    seen = await review(services, deployment, planned.plan, planned.closed)
    async with TaskGroup() as group:
        rendering = group.create_task(preview_of(services, deployment.id, planned), name="preview")
        reading = group.create_task(_labels(services, planned.plan, seen), name="labels")
    unsafe, unknown = reading.result()
    return seen.model_copy(
        update={
            "preview": rendering.result(),
            "soak": planned.soak,
            "verification": verification(services, deployment.request.environment, planned.plan),
            "judged": tuple(name.value for name in planned.judged),
            "unsafe": unsafe or seen.unsafe,
            "unknown": (*seen.unknown, *unknown),
        }
    )


def verification(services: Services, environment: str, plan: Plan) -> str:
    """How the environment's source fared with what ships, by the record, and how it stands now."""
    rule = services.catalog.environment(environment).promotion if environment else None
    if rule is None or not plan.effective:
        return ""
    source = services.catalog.environment(rule.source)
    newest = services.ledger.newest(source.name, limit=_REMEMBERED)
    known, stands = services.applications.applications, []
    for name, changes in _carried(services, source.name, plan).items():
        if app := known.get(name):
            since = f" since {app.health_since:%d %b %H:%M} UTC" if app.health_since else ""
            ours = all(_runs(app, change) for change in changes)
            images = "these images" if ours else "other images than these"
            stands.append(f"{name} runs {images}, {app.health.value}{since}")
    now = f"In {source.name} {'; '.join(stands)}. " if stands else ""
    return now + fared(source.name, verified(newest, plan.effective))


def _carried(services: Services, source: str, plan: Plan) -> dict[str, list[ImageChange]]:
    """The changes by the application that carries their image in the source."""
    carriers = {
        image.service: image.application_in(source) for image in services.catalog.images_of(source)
    }
    found: dict[str, list[ImageChange]] = {}
    for change in plan.effective:
        if change.service in carriers:
            found.setdefault(carriers[change.service], []).append(change)
    return found


def _runs(app: Application, change: ImageChange) -> bool:
    """Whether its pods run the commit of this image and no other."""
    tags, sha = app.tags_of(change.image), sha_of(change.after)
    return bool(tags) and all(
        tag == change.after or (bool(sha) and sha_of(tag) == sha) for tag in tags
    )


async def _labels(services: Services, plan: Plan, seen: Review) -> tuple[str, tuple[str, ...]]:
    """Why a label forbids the way back, or "", and what could not be told."""
    wanted = {label.casefold() for label in services.catalog.migrations.unsafe_labels}
    commits = [commit.sha for commit in plan.commits.commits[:_COMMITS]]
    if services.github is None or not wanted or seen.unsafe:
        return "", ()
    try:
        async with services.clock.timeout(_PATIENCE):
            pulls = await _pulls(services.github, commits)
    except UpstreamError as error:
        return "", (f"Labels of pull requests: {error.service}: {error.summary}",)
    except TimeoutError:
        return "", ("Labels of pull requests: GitHub took too long.",)
    for pull in pulls:
        if found := [name for name in pull.labels if name.casefold() in wanted]:
            return f"Pull request #{pull.number} has the label “{found[0]}”.", ()
    if plan.commits.total > len(commits):
        return "", (f"Labels of pull requests: only those of {len(commits)} commits were read.",)
    return "", ()


async def _pulls(github: GitHub, commits: Sequence[str]) -> list[PullRequest]:
    """The pull requests of all these commits. Raises UpstreamError."""
    found: list[PullRequest] = []
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def read(sha: str) -> None:
        async with at_once:
            found.extend(await github.pulls(sha))

    async with together() as group:
        for sha in commits:
            group.create_task(read(sha), name=f"pull requests of {sha[:7]}")
    return found
