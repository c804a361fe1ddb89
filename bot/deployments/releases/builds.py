"""Which tag ships: the newest green build, the one a person waits for, or the one named."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.catalog import Ci, Environment
from bot.catalog.tags import sha_of
from bot.deployments.events import BuildFound, DeploymentRequested
from bot.deployments.plan import Build, NewerBuild
from bot.errors import Conflict
from integrations.errors import NotFound, Rejected, UpstreamError

if TYPE_CHECKING:
    from bot.services import Services
    from integrations.github import GitHub, WorkflowRun

_SHORT = 7


class StillBuilding(Exception):
    """The run that was asked for has not finished; look again later."""


async def find_build(
    services: Services, request: DeploymentRequested, environment: Environment, now: datetime
) -> BuildFound:
    """The build of one request.

    Raises Conflict where there is none (to the person), StillBuilding while the awaited run goes
    on, and UpstreamError where GitHub does not answer.
    """
    earlier = request.retry_of or (request.way_back.to if request.way_back else "")
    if earlier:
        tried = services.ledger.get(earlier).found
        if tried and tried.build.tag == request.tag:
            return BuildFound(at=now, build=tried.build)
    if request.goes_back_at_once:  # it ran here: what GitHub says of it is worth no wait
        build = Build(tag=request.tag, sha=sha_of(request.tag), named_by_person=True)
        return BuildFound(at=now, build=build)
    if request.tag:
        build = await named_build(services, request.tag)
        return BuildFound(at=now, build=build.model_copy(update={"source": request.source}))
    if services.github is None:
        raise Conflict(
            "Without GitHub the newest build cannot be found.",
            hint="Name the tag, or set GITHUB_REPOSITORY and GITHUB_TOKEN.",
        )
    if request.when_green:
        run = await _run(services.github, request.when_green)
        _check_origin(run, services.catalog.ci, environment)
        if run.is_running and now - request.at > timedelta(
            minutes=services.catalog.ci.wait_minutes
        ):
            raise Conflict(
                f"The build of {run.head_sha[:_SHORT]} did not end in time; nothing was deployed.",
                hint=f"See {run.url}",
            )
        return BuildFound(at=now, build=_awaited(run))
    build, newer = await newest_build(services.github, services, environment)
    return BuildFound(at=now, build=build, newer=newer)


async def named_build(services: Services, tag: str) -> Build:
    """What can be told of a tag that a person named, and whether GitHub knows its commit."""
    sha = sha_of(tag)
    named = Build(tag=tag, sha=sha, named_by_person=True)
    if not sha or services.github is None:
        return named
    try:
        commit = await services.github.commit(sha)
    except (NotFound, Rejected):  # 422 is GitHub's own answer to an unknown sha
        return named.model_copy(update={"is_unknown": True})
    except UpstreamError:
        return named
    return named.model_copy(
        update={"sha": commit.sha, "title": commit.title, "author": commit.author}
    )


async def newest_build(
    github: GitHub, services: Services, environment: Environment
) -> tuple[Build, NewerBuild | None]:
    """The newest successful push build of the environment's branch in our own repository, and a
    newer one that is still building. Raises Conflict where none was successful.
    """
    ci = services.catalog.ci
    ours = await _runs(github, ci, environment.branch)
    green = next((run for run in ours if run.is_green), None)
    if green is None:
        older = await _runs(github, ci, environment.branch, status="success")
        green = next((run for run in older if run.is_green), None)
    if green is None:
        building = next((run for run in ours if run.is_running), None)
        hint = f"Run {building.url} is still building." if building else "Name a tag instead."
        raise Conflict(
            f"No successful run of {ci.workflow} on {environment.branch} was found.", hint=hint
        )
    newer = next((run for run in ours if run.id > green.id and run.is_running), None)
    return _build(green), _newer(newer) if newer else None


async def _runs(github: GitHub, ci: Ci, branch: str, status: str = "") -> list[WorkflowRun]:
    """Runs of our own repository, newest first; a fork's branch may bear the same name."""
    runs = await github.runs(ci.workflow, branch=branch, event=ci.event, status=status)
    ours = [run for run in runs if run.head_repository == run.repository]
    return sorted(ours, key=lambda run: run.id, reverse=True)


async def _run(github: GitHub, number: int) -> WorkflowRun:
    """The workflow run of that number. Raises Conflict where GitHub shows none."""
    try:
        return await github.run(number)
    except NotFound:
        raise Conflict(
            f"GitHub shows no run {number}: there is none, or our token may not see it. "
            "Nothing was deployed.",
            hint="A run's number is at the end of its address, …/actions/runs/<number>.",
        ) from None


def _check_origin(run: WorkflowRun, ci: Ci, environment: Environment) -> None:
    """Raise Conflict for a run that would not be chosen by itself, were it green."""
    by_file = ci.workflow.endswith((".yml", ".yaml"))  # GitHub takes a workflow's number as well
    wanted = (ci.event, environment.branch, run.repository)
    ours = (run.event, run.head_branch, run.head_repository) == wanted
    if not ours or (by_file and run.workflow != ci.workflow):
        raise Conflict(
            f"Run {run.id} is not a {ci.event} build of {ci.workflow} on {environment.branch}; "
            "nothing was deployed.",
            hint=f"{environment.name} takes those of {environment.branch} alone.",
        )


def _awaited(run: WorkflowRun) -> Build:
    if run.is_running:
        raise StillBuilding
    if not run.is_green:
        raise Conflict(
            f"The build of {run.head_sha[:_SHORT]} ended {run.conclusion}; nothing was deployed.",
            hint=f"See {run.url}",
        )
    return _build(run)


def _build(run: WorkflowRun) -> Build:
    return Build(
        tag=f"sha-{run.head_sha[:_SHORT]}",
        sha=run.head_sha,
        branch=run.head_branch,
        title=run.title,
        author=run.actor,
        run_id=run.id,
        url=run.url,
        finished_at=run.updated_at,
    )


def _newer(run: WorkflowRun) -> NewerBuild:
    return NewerBuild(run_id=run.id, sha=run.head_sha, title=run.title, url=run.url)
