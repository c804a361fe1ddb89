"""Ask GitHub what would ship beyond what runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bot.catalog.tags import sha_of
from bot.deployments.approvals.migrations import migrations_in, unsafe_because
from bot.deployments.plan import Build, Commit, Commits, ImageChange
from integrations.errors import NotFound, UpstreamError

if TYPE_CHECKING:
    from bot.services import Services
    from integrations.github import GitHub


async def commits_between(
    services: Services, changes: Sequence[ImageChange], build: Build
) -> Commits:
    """GitHub's comparison of what runs with what would, of all services that move, as one;
    "unknown" with the reason where any of it cannot be told.
    """
    if services.github is None:
        return Commits(why="GitHub is not configured")
    pairs = _pairs(changes, build)
    if any("" in pair for pair in pairs):
        return Commits(why="a tag does not name its commit")
    found = []
    for before, after in pairs:
        found.append(await _compared(services, services.github, before, after))
    return merged(found)


def _pairs(changes: Iterable[ImageChange], build: Build) -> list[tuple[str, str]]:
    """Each commit that runs with the one that takes its place, once; those that stay alone where
    nothing moves.
    """
    pairs = {
        (sha_of(tag), _shipped(change.after, build)): tag == change.after
        for change in changes
        for tag in change.runs
    }
    moving = [pair for pair, stays in pairs.items() if not stays]
    return moving or list(pairs)


def _shipped(tag: str, build: Build) -> str:
    """The commit of a tag, in full where the build tells it."""
    sha = sha_of(tag)
    is_built = tag == build.tag or (sha and build.sha.startswith(sha))
    return (build.sha or sha) if is_built else sha


async def _compared(services: Services, github: GitHub, before: str, after: str) -> Commits:
    if after.startswith(before) or before.startswith(after):
        return Commits(status="identical")
    try:
        compared = await github.compare(before, after)
    except NotFound:
        return Commits(why="GitHub does not know one of the commits")
    except UpstreamError as error:
        return Commits(why=f"{error.service}: {error.summary}")
    commits = tuple(
        Commit(sha=c.sha, author=c.author, title=c.title, url=c.url, login=c.login)
        for c in compared.commits
    )
    rules = services.catalog.migrations
    messages = [(c.sha, c.message) for c in compared.commits]
    return Commits(
        status=compared.status,
        total=compared.total,
        commits=commits,
        url=compared.url,
        migrations=migrations_in(compared.files, rules.paths),
        unsafe=unsafe_because(compared.files, messages, rules),
        files_cut=compared.files_cut,
    )


def merged(found: Sequence[Commits]) -> Commits:
    """Several comparisons as one: every commit once, and unknown where any of them is."""
    unknown = next((each for each in found if each.status == "unknown"), None)
    if unknown is not None or not found:
        return unknown or Commits(why="no image moves")
    if len(found) == 1:
        return found[0]
    commits = {commit.sha: commit for each in found for commit in each.commits}
    unlisted = max(each.total - len(each.commits) for each in found)
    return Commits(
        status=_together({each.status for each in found}),
        total=len(commits) + max(0, unlisted),
        commits=tuple(commits.values()),
        url=next((each.url for each in found if each.url), ""),
        migrations=tuple(sorted({path for each in found for path in each.migrations})),
        unsafe=next((each.unsafe for each in found if each.unsafe), ""),
        files_cut=any(each.files_cut for each in found),
    )


def _together(statuses: set[str]) -> str:
    """How all of it stands: what is identical goes with anything."""
    moved = statuses - {"identical"}
    if not moved:
        return "identical"
    return moved.pop() if len(moved) == 1 else "diverged"
