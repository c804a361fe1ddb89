"""Tokens of environments: each for its own applications and files, and wrong ones stop the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import connect
from bot.catalog import load, parse
from bot.errors import SettingsError
from bot.needs import EVERYTHING
from bot.needs import load as load_settings
from bot.settings import Settings
from integrations.clock import SystemClock

LINK = load("catalog.yaml")
USUAL = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "s",
    "ARGOCD_SERVER": "https://argocd.example",
    "ARGOCD_AUTH_TOKEN": "general",
    "GITOPS_REPO": "https://git.example/gitops.git",
    "GITHUB_REPOSITORY": "link/app",
}


def settings(**more: str) -> Settings:
    return load_settings(*EVERYTHING, variables=USUAL | more)


async def test_an_environments_applications_have_its_account() -> None:
    given = settings(ARGOCD_AUTH_TOKEN_STAGING="own")
    async with connect.argocd(given, SystemClock(), LINK) as argocd:
        found = {app.name for app in LINK.applications if argocd.account_of(app.name)}
    assert found == {"link-app-staging", "link-frontend"}


@pytest.mark.parametrize("variable", ["ARGOCD_AUTH_TOKEN_STAGNIG", "GITOPS_TOKEN_STAGNIG"])
async def test_a_token_for_no_environment_stops_the_start(variable: str, tmp_path: Path) -> None:
    given = settings(**{variable: "own"})
    meant = variable.replace("STAGNIG", "STAGING")
    with pytest.raises(SettingsError, match=rf"{variable} is for no .*\(did you mean {meant}\?\)"):
        async with connect.argocd(given, SystemClock(), LINK):
            connect.gitops(given, SystemClock(), LINK, tmp_path / "clone")


def test_a_file_of_two_environments_cannot_have_the_token_of_one(tmp_path: Path) -> None:
    text = Path("catalog.yaml").read_text().replace("environments/{environment}/", "")
    with pytest.raises(SettingsError, match="GITOPS_TOKEN_PRODUCTION cannot be kept to production"):
        connect.gitops(
            settings(GITOPS_TOKEN_PRODUCTION="own"), SystemClock(), parse(text), tmp_path / "clone"
        )
    connect.gitops(settings(), SystemClock(), parse(text), tmp_path / "clone")
