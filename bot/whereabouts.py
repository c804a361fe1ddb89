"""What runs where: gathered from Git, Argo CD, GitHub and the bot's own record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import inf
from typing import TYPE_CHECKING

from bot.access import Actor
from bot.catalog.tags import sha_of
from bot.deployments.deployment import Deployment, State
from bot.deployments.gates.closed import Facts, Gate
from bot.deployments.planning import plan_sync
from bot.deployments.releases.builds import newest_build
from bot.deployments.side_by_side import together
from bot.errors import UserError
from integrations import kustomization
from integrations.argocd.model import Application
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.catalog import Environment, Image
    from bot.services import Services

_COMMITS_BACK = 15
"""Of one file; what its tags were before them is not looked at."""
_SLACK_USER = re.compile(r"\bslack:([UW][A-Z0-9]+)")


@dataclass(frozen=True, slots=True)
class Running:
    """One service in one environment. `live` are the tags of its pods, () where unknown."""

    service: str
    tag: str  # as Git says
    live: tuple[str, ...] = ()
    since: datetime | None = None
    by: str = ""  # a name, where only Git knows
    actor: Actor | None = None
    application: str = ""
    is_older: bool = False  # than `since`, and who brought it is not known

    @property
    def runs(self) -> tuple[str, ...]:
        """The tags of its pods; what Git asks for, where they are not known."""
        return self.live or (self.tag,)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One environment. `behind` counts commits up to the newest green build, None: unknown."""

    environment: str
    services: tuple[Running, ...]
    applications: tuple[Application, ...] = ()
    newest: str = ""
    behind: int | None = None
    contains: bool | None = None  # of the commit asked for; None: unknown, or none asked
    problems: tuple[str, ...] = field(default=())
    closed: tuple[Gate, ...] = ()  # to whoever asks, at `at`
    warnings: tuple[str, ...] = ()
    at: datetime | None = None


async def look(
    services: Services,
    environments: Iterable[Environment],
    *,
    service: str = "",
    commit: str = "",
    actor: Actor | None = None,
) -> list[Whereabouts]:
    """The environments as they are now, with the gates that are closed there to `actor`; what
    cannot be told is a problem, not an error.

    Raises UpstreamError only where Git cannot be read, without which nothing can be told.
    """
    head = await services.gitops.fetch()

    async def whole(environment: Environment) -> Whereabouts:
        place = await _one(services, environment, head, service=service, commit=commit)
        return await _with_gates(services, environment, place, actor)

    async with together() as group:  # a system that does not answer is waited for once
        asked = [group.create_task(whole(each), name=each.name) for each in environments]
    return [task.result() for task in asked]


async def _with_gates(
    services: Services, environment: Environment, place: Whereabouts, actor: Actor | None
) -> Whereabouts:
    """The same list that a refusal, a dry run and an approval show."""
    if actor is None:
        return place
    ahead = services.ledger.in_the_way(environment.applications)
    known = Facts(actor=actor, ahead=tuple(each.id for each in ahead))
    try:
        planned = await plan_sync(services, environment.applications, known=known)
    except UpstreamError as error:
        said = f"Not every gate is known. {error.service}: {error.summary}"
        return replace(place, problems=(*place.problems, said))
    return replace(
        place,
        closed=planned.closed,
        warnings=planned.plan.warnings,
        at=services.clock.now(),
    )


async def _one(
    services: Services, environment: Environment, head: str, *, service: str, commit: str
) -> Whereabouts:
    images = [
        image
        for image in services.catalog.images_of(environment.name)
        if not service or image.service == service
    ]
    running = await _running(services, environment, images, head)
    known = services.applications.applications
    names = {each.application for each in running} if service else environment.applications
    problems = _stale(services)
    newest, behind = await _behind(services, environment, running, problems)
    contains = await _contains(services, running, commit, problems) if commit else None
    return Whereabouts(
        environment=environment.name,
        services=tuple(running),
        applications=tuple(known[name] for name in names if name in known),
        newest=newest,
        behind=behind,
        contains=contains,
        problems=tuple(problems),
    )


def _stale(services: Services) -> list[str]:
    """What to say of the health shown, where it is not what Argo CD says now."""
    away = services.applications.problem
    if away is None:
        return []
    age = services.applications.age_seconds
    known = f"Sync and health are {age:.0f} s old." if age < inf else "Health is not known."
    return [f"{away.service}: {away.summary} {known}"]


async def _running(
    services: Services, environment: Environment, images: Sequence[Image], head: str
) -> list[Running]:
    found: list[Running] = []
    for path in dict.fromkeys(image.file_in(environment.name) for image in images):
        here = [image for image in images if image.file_in(environment.name) == path]
        found += await _in_file(services, environment, here, path, head)
    return found


async def _in_file(
    services: Services, environment: Environment, images: Sequence[Image], path: str, head: str
) -> list[Running]:
    commits = await services.gitops.log(head, [path], limit=_COMMITS_BACK)
    lines = [kustomization.images(await services.gitops.read(each.sha, path)) for each in commits]
    found = []
    for image in images:
        if not lines or image.name not in lines[0]:
            continue
        tag = lines[0][image.name].new_tag
        has_it = [image.name in line and line[image.name].new_tag == tag for line in lines]
        age = has_it.index(False) if False in has_it else len(commits)
        first = commits[age - 1]
        application = image.application_in(environment.name)
        deployed = _recorded(services, environment.name, image.service, tag)
        if age < len(commits) and deployed and _commit_of(deployed) != first.sha:
            deployed = None  # it brought the tag at another time, or does so only now
        is_older = age == _COMMITS_BACK and deployed is None
        asked = "" if is_older else first.trailers.get("Requested-by", first.author)
        found.append(
            Running(
                service=image.service,
                tag=tag,
                live=_live(services, application, image.name),
                since=deployed.ended_at if deployed else first.at,
                by=asked.partition(" (")[0],
                actor=deployed.request.actor if deployed else _named(asked),
                application=application,
                is_older=is_older,
            )
        )
    return found


def _named(asked: str) -> Actor | None:
    """The Slack user whom a commit's trailer names: "dana (slack:U0DANA)"."""
    found = _SLACK_USER.search(asked)
    return Actor(id=found.group(1), name=asked.partition(" (")[0]) if found else None


def _live(services: Services, application: str, image: str) -> tuple[str, ...]:
    app = services.applications.applications.get(application)
    return app.tags_of(image) if app else ()


def _recorded(services: Services, environment: str, service: str, tag: str) -> Deployment | None:
    """The newest of our own deployments that brought this tag there."""
    for deployment in services.ledger.newest(environment, limit=50):
        wanted = deployment.request.services
        if deployment.state is State.SUCCEEDED and deployment.tag == tag:
            changed = deployment.commit and deployment.commit.changed
            if changed and (not wanted or service in wanted):
                return deployment
    return None


def _commit_of(deployment: Deployment) -> str:
    return deployment.commit.sha if deployment.commit else ""


async def _behind(
    services: Services,
    environment: Environment,
    running: Sequence[Running],
    problems: list[str],
) -> tuple[str, int | None]:
    if services.github is None:
        return "", None
    try:
        build, _ = await newest_build(services.github, services, environment)
        shas = {sha_of(tag) for each in running for tag in each.runs}
        if len(shas) != 1 or "" in shas:
            return build.tag, None
        compared = await services.github.compare(shas.pop(), build.sha)
    except UserError as error:
        problems.append(error.message)
        return "", None
    except UpstreamError as error:
        problems.append(f"{error.service}: {error.summary}")
        return "", None
    return build.tag, compared.total if compared.status in ("ahead", "diverged") else 0


async def _contains(
    services: Services, running: Sequence[Running], commit: str, problems: list[str]
) -> bool | None:
    """Whether everything that runs there has the commit in its history."""
    if services.github is None:
        problems.append("GitHub is not configured.")
        return None
    answers = []
    for sha in {sha_of(tag) for each in running for tag in each.runs}:
        if not sha:
            return None
        try:
            compared = await services.github.compare(commit, sha)
        except UpstreamError as error:
            problems.append(f"{error.service}: {error.summary}")
            return None
        answers.append(compared.status in ("ahead", "identical"))
    return all(answers) if answers else None
