"""Commits of the GitOps repository that deploy along with what was asked for."""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.deployments.plan import Commit, Plan
from bot.deployments.rollouts.readings import DEPLOY_KEY, REVERT_KEY
from integrations.argocd.model import Application, ApplicationRef, Sync

if TYPE_CHECKING:
    from bot.catalog import Image
    from bot.services import Services
    from integrations.gitops import GitCommit

MOST = 50
"""Commits that are told, the newest of all that ride along."""
LOOKED_AT = 1000
"""Commits among which those are looked for: most are about other environments."""
_PROSE = (".md", ".rst", ".txt")


@dataclass(frozen=True, slots=True)
class Riding:
    """The commits, newest first, and the applications of which it cannot be told. Where there are
    too many to look at `is_cut`: then these are the newest alone.
    """

    commits: tuple[Commit, ...] = ()
    untold: tuple[str, ...] = ()
    is_cut: bool = False


async def riding(services: Services, plan: Plan) -> Riding:
    """Commits of the GitOps repository that a sync of the plan's applications deploys along.

    Where Argo CD syncs by itself, as it says now, and has, nothing rides along: it was deployed
    when it was pushed. Raises UpstreamError where a system is away.
    """
    found: dict[str, Commit] = {}
    untold: list[str] = []
    is_cut = False
    for app in plan.applications:
        whole = await services.argocd.get(ApplicationRef(app.name, app.namespace, app.project))
        if whole.auto_sync and (whole.sync is Sync.SYNCED or whole.operation is not None):
            continue
        begin = await _deployed(services, whole)
        if not begin:
            untold.append(app.name)
            continue
        head = plan.base or await services.gitops.fetch()
        came = await came_between(services, app.environment, begin, head)
        found |= {commit.sha: commit for commit in came.commits}
        is_cut |= came.is_cut
    return Riding(tuple(found.values()), tuple(untold), is_cut)


async def _deployed(services: Services, app: Application) -> str:
    """The revision that was deployed last; without a history the one that it is Synced with. Of
    several sources the first that is of our repository.
    """
    revisions = app.sync_revisions if app.sync is Sync.SYNCED else ()
    if app.history:
        last = app.history[-1]
        revisions = (last.revision, *last.others)
    if len(revisions) > 1:
        ours = [each for each in revisions if await services.gitops.holds(each)]
        revisions = tuple(ours)
    return next(iter(revisions), "")


async def came_between(services: Services, environment: str, begin: str, end: str) -> Riding:
    """What was committed after `begin`, up to `end`, and makes an environment's files say something
    else: neither other environments' folders, nor prose, nor comments. Where there is more than
    can be looked at, whatever may be such a commit counts. Raises UpstreamError.
    """
    if begin == end:
        return Riding()
    elsewhere = _elsewhere(services, environment)
    came = await services.gitops.riding(begin, end, limit=LOOKED_AT + 1)
    about = {each.sha: _about(each, elsewhere) for each in came}
    is_cut = len(came) > LOOKED_AT
    moved: set[str] = {path for paths in about.values() for path in paths}
    if not is_cut:
        moved = await _moved(services, sorted(moved), begin, end)
    commits = [
        Commit(sha=each.sha, author=each.author, title=each.title, ours=_is_ours(services, each))
        for each in came
        if not each.files or moved.intersection(about[each.sha])
    ]
    return Riding(tuple(commits[:MOST]), is_cut=is_cut or len(commits) > MOST)


def _about(commit: GitCommit, elsewhere: tuple[str, ...]) -> set[str]:
    """The files of a commit that may mean something for the environment."""
    return {
        path
        for path in commit.files
        if not path.startswith(elsewhere) and not path.endswith(_PROSE)
    }


async def _moved(services: Services, paths: Sequence[str], begin: str, end: str) -> set[str]:
    """The files that mean something else by then: comments and spaces are for people."""
    if not paths:
        return set()
    before = await services.gitops.read_many(begin, paths)
    after = await services.gitops.read_many(end, paths)
    return await asyncio.to_thread(
        lambda: {path for path in paths if _meaning(before.get(path)) != _meaning(after.get(path))}
    )


@lru_cache(64)  # the same few files are compared for as long as a plan waits
def _meaning(text: str | None) -> object:
    """The documents of a YAML file; whatever is none stands for itself."""
    if text is None:
        return None
    try:
        return [*YAML(typ="safe").load_all(text)]
    except (YAMLError, ValueError):
        return text


def _elsewhere(services: Services, environment: str) -> tuple[str, ...]:
    """How paths in the folders of all other environments begin."""
    folders = {
        posixpath.dirname(image.file_in(other.name))
        for other in services.catalog.environments
        if other.name != environment
        for image in _images(services, other.name)
    }
    here = {posixpath.dirname(each.file_in(environment)) for each in _images(services, environment)}
    return tuple(f"{folder}/" for folder in sorted(folders - here - {""}))


def _images(services: Services, environment: str) -> tuple[Image, ...]:
    return services.catalog.images_of(environment) if environment else ()


def _is_ours(services: Services, commit: GitCommit) -> bool:
    """Whether a deployment of ours pushed this very commit: its author and its trailers alone
    anybody could write.
    """
    for key in (commit.trailers.get(DEPLOY_KEY, ""), commit.trailers.get(REVERT_KEY, "")):
        if services.ledger.knows(key):
            deployment = services.ledger.get(key)
            written, back = deployment.commit, deployment.reverted
            shas = {written.sha if written and written.changed else "", back.sha if back else ""}
            if commit.sha in shas:
                return True
    return False
