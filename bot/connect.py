"""Opens Argo CD as the settings say, for the bot and for what the command line does alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.settings import Settings
from integrations.argocd.auth import Credentials
from integrations.argocd.client import ArgoCD
from integrations.clock import Clock
from integrations.http import http_client


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
