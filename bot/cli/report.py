"""`shipmate doctor`: every finding on a line of its own, with what to do about it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TextIO

from bot import connect, doctor
from bot.catalog import Catalog
from bot.catalog import load as load_catalog
from bot.declared import declared
from bot.doctor import Finding, Findings, guarded
from bot.errors import SettingsError
from bot.exits import Exit
from bot.needs import Need, load
from bot.settings import Settings
from integrations.clock import SystemClock
from integrations.github import GitHub
from integrations.http import http_client
from integrations.slack import Slack

_MARK = {"ok": "✓", "warning": "!", "fault": "✗"}


async def report(out: TextIO | None = None, variables: Mapping[str, str] | None = None) -> int:
    """Check everything, show each finding as it comes, once; FAILED where one is a fault.

    `variables` stand in for the process's environment.
    """
    stream = out or sys.stdout
    worst = Exit.DONE
    shown: set[Finding] = set()
    async for finding in _everything(variables):
        if finding in shown:  # of what several examinations begin with
            continue
        shown.add(finding)
        fix = f"\n    → {finding.fix}" if finding.fix else ""
        stream.write(f"{_MARK[finding.state]} {finding.system}: {finding.says}{fix}\n")
        stream.flush()
        if finding.state == "fault":
            worst = Exit.FAILED
    return worst


async def _everything(variables: Mapping[str, str] | None) -> Findings:
    settings: dict[Need, Settings] = {}
    for need in (Need.CATALOG, Need.STORE, *(need for need, _ in _SYSTEMS)):
        try:
            settings[need] = load(need, variables=variables)
        except SettingsError as error:
            for line in str(error).splitlines()[1:]:
                yield Finding("Settings", "fault", line, "Set it in the environment or in .env.")
    if Need.STORE in settings:
        async for finding in doctor.record(Path(settings[Need.STORE].shipmate_database)):
            yield finding
    try:
        path = settings[Need.CATALOG].catalog_path
        catalog = load_catalog(path)
        commands = declared(settings[Need.CATALOG].shipmate_commands)
    except SettingsError as error:
        yield Finding("Catalog", "fault", str(error), "Mend it; everything else rests on it.")
        return
    many = f"{len(catalog.applications)} applications and {len(commands)} commands"
    yield Finding("Catalog", "ok", f"{path.absolute()} is read: {many} are known.")
    examinations = [each(settings[need], catalog) for need, each in _SYSTEMS if need in settings]
    examinations.insert(0, doctor.authors(catalog))
    if {Need.ARGOCD, Need.GITOPS} <= settings.keys():
        examinations.append(_protection(settings[Need.GITOPS], catalog))
    for examination in examinations:
        async for finding in _well_set(examination):
            yield finding


async def _well_set(findings: Findings) -> Findings:
    """The findings, and a fault for settings that do not go with the catalog."""
    try:
        async for finding in findings:
            yield finding
    except SettingsError as error:
        yield Finding("Settings", "fault", str(error), "Mend it in the environment or in .env.")


async def _slack(settings: Settings, catalog: Catalog) -> Findings:
    token = settings.slack_bot_token.get_secret_value()
    async with Slack(token, SystemClock(), api_url=settings.slack_api_url) as client:
        findings = doctor.slack(
            client,
            catalog,
            app_id=settings.slack_app_id,
            team_ids=settings.slack_team_ids,
            app_token=settings.slack_app_token.get_secret_value(),
        )
        async for finding in guarded("Slack", findings, "SLACK_BOT_TOKEN and SLACK_API_URL"):
            yield finding


async def _argocd(settings: Settings, catalog: Catalog) -> Findings:
    async with connect.argocd(settings, SystemClock(), catalog) as client:
        findings = doctor.argocd(client, catalog)
        async for finding in guarded("Argo CD", findings, _account(settings)):
            yield finding


def _account(settings: Settings) -> str:
    if settings.argocd_auth_token:
        return "ARGOCD_SERVER and ARGOCD_AUTH_TOKEN"
    return "ARGOCD_SERVER, ARGOCD_USERNAME and ARGOCD_PASSWORD"


async def _gitops(settings: Settings, catalog: Catalog) -> Findings:
    async with _clone() as clone:
        client = connect.gitops(settings, SystemClock(), catalog, clone)
        async for finding in guarded(
            "Git", doctor.gitops(client, catalog), "GITOPS_REPO, GITOPS_BRANCH and GITOPS_TOKEN"
        ):
            yield finding


async def _github(settings: Settings, catalog: Catalog) -> Findings:
    async with http_client(settings.github_api_url) as http:
        client = GitHub(
            http, settings.github_repository, settings.github_token_in_use, SystemClock()
        )
        async for finding in guarded(
            "GitHub", doctor.github(client, catalog), "GITHUB_REPOSITORY and GITHUB_TOKEN"
        ):
            yield finding


async def _protection(settings: Settings, catalog: Catalog) -> Findings:
    async with (
        connect.argocd(settings, SystemClock(), catalog) as argocd,
        http_client(settings.github_api_url) as http,
    ):
        name, token = settings.github_repository, settings.github_token_in_use
        github = GitHub(http, name, token, SystemClock())
        findings = doctor.protection(
            argocd, github, catalog, settings.gitops_repo, settings.gitops_branch
        )
        async for finding in guarded("Argo CD", findings, _account(settings)):
            yield finding


async def _registry(settings: Settings, catalog: Catalog) -> Findings:
    async with connect.registry(settings, SystemClock()) as client:
        findings = doctor.images(client, catalog)
        async for finding in guarded("Registry", findings, "REGISTRY_URL and REGISTRY_TOKEN"):
            yield finding


@asynccontextmanager
async def _clone() -> AsyncIterator[Path]:
    with tempfile.TemporaryDirectory(prefix="shipmate-doctor-") as folder:
        yield Path(folder) / "gitops.git"


_SYSTEMS = (
    (Need.SLACK, _slack),
    (Need.ARGOCD, _argocd),
    (Need.GITOPS, _gitops),
    (Need.GITHUB, _github),
    (Need.REGISTRY, _registry),
)
