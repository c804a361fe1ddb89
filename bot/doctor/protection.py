"""Checks that nobody changes production by a push alone: its branch is protected, or waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.finding import Finding, Findings
from bot.views.wording import listed
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.catalog import Catalog, Environment
    from integrations.argocd.client import ArgoCD
    from integrations.github import GitHub

_SYSTEM = "Git"


async def protection(
    argocd: ArgoCD, github: GitHub | None, catalog: Catalog, remote: str, branch: str
) -> Findings:
    """Findings about each environment that needs approvals: where Argo CD syncs it by itself, a
    push to the branch goes round them. `remote` is the GitOps repository.
    """
    known = {app.name: app for app in await argocd.list_applications()}
    for environment in catalog.environments:
        if not environment.needs_approval:
            continue
        alone = [
            name for name in environment.applications if name in known and known[name].auto_sync
        ]
        if alone:
            yield await _protected(environment, alone, github, remote, branch)
        else:
            yield Finding(_SYSTEM, "ok", f"{environment.name} waits for shipmate to sync it.")


async def _protected(
    environment: Environment, alone: list[str], github: GitHub | None, remote: str, branch: str
) -> Finding:
    how = f"Argo CD syncs {listed(alone)} by itself from {branch}"
    fix = f"Protect {branch} of {remote}, or switch auto-sync of {environment.name} off."
    why = "the repository is not on the GitHub of GITHUB_API_URL"
    try:
        protected = await github.is_protected(remote, branch) if github else None
    except UpstreamError as error:
        protected, why = None, f"GitHub: {error.summary.rstrip('.')}"
    match protected:
        case True:
            return Finding(_SYSTEM, "ok", f"{how}, which is protected.")
        case False:
            said = f"{how}, which is not protected: a push changes {environment.name} unapproved."
            return Finding(_SYSTEM, "warning", said, fix)
        case None:
            return Finding(
                _SYSTEM, "warning", f"{how}; whether that is protected is not known: {why}.", fix
            )
