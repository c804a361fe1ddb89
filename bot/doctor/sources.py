"""Checks of Git and GitHub: the files that hold the tags, and the workflow that makes images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.doctor.finding import Finding, Findings
from bot.settings import variable_suffix
from bot.views.wording import count, listed
from integrations import kustomization
from integrations.errors import Forbidden, NotFound, Rejected, Unauthorized

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from integrations.github import GitHub
    from integrations.gitops import GitOps


async def gitops(client: GitOps, catalog: Catalog) -> Findings:
    """Findings about the GitOps repository."""
    head = await client.fetch()
    yield Finding("Git", "ok", f"{client.branch} of {client.remote} is at {head[:7]}.")
    yield await _push(client, "GITOPS_TOKEN")
    for environment in catalog.environments:
        by_file: dict[str, set[str]] = {}
        for image in catalog.images_of(environment.name):
            by_file.setdefault(image.file_in(environment.name), set()).add(image.name)
        if client.has_own_token(by_file):
            yield await _push(client, _token_of(environment.name), tuple(by_file))
        for path, names in by_file.items():
            yield await _file(client, head, path, names)


def _token_of(environment: str) -> str:
    return f"GITOPS_TOKEN_{variable_suffix(environment).upper()}"


async def _push(client: GitOps, variable: str, paths: Sequence[str] = ()) -> Finding:
    """Whether a change to these files may be pushed, with the token of this variable."""
    try:
        await client.check_push(paths)
    except (Rejected, Forbidden, Unauthorized) as error:
        return Finding(
            "Git",
            "fault",
            f"We may not push to {client.branch} with {variable}: {error.summary}",
            f"Give the account of {variable} the right to push there.",
        )
    return Finding(
        "Git",
        "ok",
        f"We may push to {client.branch} with {variable}; hooks and a protection of the branch "
        "are met by real pushes only.",
    )


async def _file(client: GitOps, head: str, path: str, names: set[str]) -> Finding:
    try:
        held = kustomization.images(await client.read(head, path), path)
    except NotFound:
        return Finding("Git", "fault", f"There is no {path}.", "Mend `images` in the catalog.")
    except Rejected as error:
        return Finding("Git", "fault", error.summary, f"Mend {path}.")
    absent = sorted(names - set(held))
    if absent:
        return Finding(
            "Git",
            "fault",
            f"{path} has no {listed(absent)} under `images`.",
            "Add them with a newTag, or mend `images` in the catalog.",
        )
    return Finding("Git", "ok", f"{path} holds {count(len(names), 'image')}.")


async def github(client: GitHub, catalog: Catalog) -> Findings:
    """Findings about the application's repository."""
    await client.repository()
    yield Finding("GitHub", "ok", f"{client.name} can be read.")
    for branch in sorted({each.branch for each in catalog.environments}):
        workflow = catalog.ci.workflow
        try:
            runs = await client.runs(
                workflow, branch=branch, event=catalog.ci.event, status="success"
            )
        except NotFound:
            yield Finding(
                "GitHub",
                "fault",
                f"{client.name} has no workflow {workflow}, or our token may not see it.",
                "Name a file of .github/workflows under `ci` in the catalog, or give the token "
                "actions:read.",
            )
            return
        if runs:
            newest = f"the newest is {runs[0].head_sha[:7]}"
            yield Finding("GitHub", "ok", f"{workflow} has succeeded on {branch}; {newest}.")
        else:
            yield Finding(
                "GitHub",
                "warning",
                f"{workflow} has no successful run on {branch}: a deployment has to name its tag.",
                "Look at `ci` and the branches in the catalog, and at the workflow.",
            )
