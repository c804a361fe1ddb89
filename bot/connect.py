"""Opens Argo CD and the registry as the settings say, for the bot and for the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.settings import Settings
from integrations.argocd.auth import Credentials
from integrations.argocd.client import ArgoCD
from integrations.clock import Clock
from integrations.http import http_client
from integrations.registry import Credentials as Account
from integrations.registry import Registry


@asynccontextmanager
async def argocd(settings: Settings, clock: Clock) -> AsyncIterator[ArgoCD]:
    """The client; it connects at its first call."""
    credentials = Credentials(
        token=settings.argocd_token_for(),
        username=settings.argocd_username,
        password=settings.argocd_password.get_secret_value(),
    )
    async with http_client(
        settings.argocd_server, ca_file=settings.argocd_ca_file, insecure=settings.argocd_insecure
    ) as http:
        yield ArgoCD(http, credentials, clock)


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
