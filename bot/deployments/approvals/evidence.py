"""What approvers see that is too dear to look up again and again: once, when they are asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.deployments.approvals.preview import preview_of
from bot.deployments.approvals.review import Review
from bot.deployments.approvals.reviewing import review
from bot.deployments.deployment import Deployment
from bot.deployments.plan import Plan
from bot.deployments.planning import Planned
from bot.deployments.side_by_side import together
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.services import Services
    from integrations.github import GitHub, PullRequest

_COMMITS = 20
"""How many commits' pull requests are looked at: each is a request to GitHub."""
_AT_ONCE = 5
_PATIENCE = 20.0


async def evidence(services: Services, deployment: Deployment, planned: Planned) -> Review:
    """The review of a plan, with its manifests rendered and the labels of its pull requests.

    Never raises for a system that is away: what it would have told is listed as unknown.
    """
    seen = await review(services, deployment, planned.plan, planned.closed)
    async with asyncio.TaskGroup() as group:
        rendering = group.create_task(preview_of(services, deployment.id, planned), name="preview")
        reading = group.create_task(_labels(services, planned.plan, seen), name="labels")
    unsafe, unknown = reading.result()
    return seen.model_copy(
        update={
            "preview": rendering.result(),
            "soak": planned.soak,
            "judged": tuple(name.value for name in planned.judged),
            "unsafe": unsafe or seen.unsafe,
            "unknown": (*seen.unknown, *unknown),
        }
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
