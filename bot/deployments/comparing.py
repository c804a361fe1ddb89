"""Ask GitHub what would ship beyond what runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.deployments.builds import sha_of
from bot.deployments.migrations import migrations_in, unsafe_because
from bot.deployments.plan import Build, Commit, Commits, ImageChange
from integrations.errors import NotFound, UpstreamError

if TYPE_CHECKING:
    from bot.services import Services


async def commits_between(
    services: Services, changes: Sequence[ImageChange], build: Build
) -> Commits:
    """GitHub's comparison of what runs with what would; "unknown" with the reason where it
    cannot be told.
    """
    runs = {tag for change in changes for tag in change.runs}
    before = {sha_of(tag) for tag in runs - {build.tag} or runs}
    if services.github is None:
        return Commits(why="GitHub is not configured")
    if not build.sha or "" in before:
        return Commits(why="a tag does not name its commit")
    if len(before) != 1:
        return Commits(why="the services run different commits")
    base = before.pop()
    if build.sha.startswith(base):
        return Commits(status="identical")
    try:
        compared = await services.github.compare(base, build.sha)
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
