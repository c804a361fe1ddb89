"""Opens Argo CD, Git and the registry as the settings say, for the bot and the command line.

Each environment's own token is for its own applications and files alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.catalog import Catalog
from bot.errors import SettingsError
from bot.grammar import nearest
from bot.settings import Settings, variable_suffix
from integrations.argocd.auth import Credentials
from integrations.argocd.client import ArgoCD
from integrations.clock import Clock
from integrations.gitops import GitOps
from integrations.http import http_client
from integrations.registry import Credentials as Account
from integrations.registry import Registry


@asynccontextmanager
async def argocd(settings: Settings, clock: Clock, catalog: Catalog) -> AsyncIterator[ArgoCD]:
    """The client; it connects at its first call. Raises SettingsError for a token of an
    environment that the catalog lacks.
    """
    credentials = Credentials(
        token=settings.argocd_token_for(),
        username=settings.argocd_username,
        password=settings.argocd_password.get_secret_value(),
    )
    own = {
        application: Credentials(token=settings.argocd_token_for(environment.name))
        for environment in catalog.environments
        if variable_suffix(environment.name) in settings.argocd_environment_tokens
        for application in environment.applications
    }
    check_environments(settings, catalog)
    async with http_client(
        settings.argocd_server, ca_file=settings.argocd_ca_file, insecure=settings.argocd_insecure
    ) as http:
        yield ArgoCD(http, credentials, clock, own=own)


@asynccontextmanager
async def registry(settings: Settings, clock: Clock) -> AsyncIterator[Registry | None]:
    """The client; None where the settings name neither an address nor an account, and nothing
    is known of the images then.
    """
    account = Account(settings.registry_username, settings.registry_token.get_secret_value())
    if not (account.given or "registry_url" in settings.model_fields_set):
        yield None
        return
    async with http_client(settings.registry_url) as http:
        yield Registry(http, settings.registry_url, account, clock)


def gitops(settings: Settings, clock: Clock, catalog: Catalog, clone: Path) -> GitOps:
    """The repository, over a bare clone at `clone`; it connects at its first use.

    Raises SettingsError for tokens that could not be kept apart.
    """
    check_environments(settings, catalog)
    return GitOps(
        settings.gitops_repo,
        clone,
        branch=settings.gitops_branch,
        author=settings.gitops_author,
        token=settings.gitops_token_for() or None,
        tokens=_by_file(settings, catalog),
        clock=clock,
    )


def _by_file(settings: Settings, catalog: Catalog) -> dict[str, str]:
    """The token of each file that holds the tags of an environment with a token of its own."""
    owners: dict[str, set[str]] = {}
    for environment in catalog.environments:
        for image in catalog.images_of(environment.name):
            owners.setdefault(image.file_in(environment.name), set()).add(environment.name)
    tokens: dict[str, str] = {}
    for path, environments in owners.items():
        own = sorted(
            each
            for each in environments
            if variable_suffix(each) in settings.gitops_environment_tokens
        )
        if own and len(environments) > 1:
            raise SettingsError(
                f"GITOPS_TOKEN_{variable_suffix(own[0]).upper()} cannot be kept to {own[0]}: "
                f"{path} holds the tags of {' and '.join(sorted(environments))}."
            )
        if own:
            tokens[path] = settings.gitops_token_for(own[0])
    return tokens


def check_environments(settings: Settings, catalog: Catalog) -> None:
    """Raise SettingsError where tokens are for no environment: they would keep nothing apart."""
    known = {variable_suffix(each.name): each.name for each in catalog.environments}
    unknown = [
        _unknown(variable, suffix, known)
        for variable, tokens in (
            ("ARGOCD_AUTH_TOKEN", settings.argocd_environment_tokens),
            ("GITOPS_TOKEN", settings.gitops_environment_tokens),
        )
        for suffix in tokens
        if suffix not in known
    ]
    if unknown:
        raise SettingsError("\n".join(unknown))


def _unknown(variable: str, suffix: str, known: Iterable[str]) -> str:
    near = nearest(suffix, known)
    meant = f" (did you mean {variable}_{near[0].upper()}?)" if near else ""
    return f"{variable}_{suffix.upper()} is for no environment of the catalog{meant}."
