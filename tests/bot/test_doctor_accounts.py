"""doctor: each account may do what it must and no more, and no push goes round the approvers."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from bot import connect, doctor
from bot.catalog import load
from bot.cli.report import report
from bot.doctor import Finding
from bot.needs import EVERYTHING
from bot.needs import load as load_settings
from bot.sandbox.world import World, world
from integrations.clock import SystemClock
from tests.integrations.github_kit import client, sandbox
from tests.scenarios.catalogs import environments

LINK = load("catalog.yaml")
APP = "link-app-production"


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, SystemClock()) as everything:
        everything.argocd.narrow()
        yield everything


async def examined(variables: Mapping[str, str]) -> tuple[int, str]:
    out = io.StringIO()
    return await report(out, variables), out.getvalue()


def with_own_account(outside: World) -> dict[str, str]:
    """The environment with an account for production alone, neither reaching beyond its own."""
    token = outside.argocd.add_account("production-bot")
    outside.argocd.narrow("production-bot")
    outside.argocd.deny("link-app-production", "sync", "shipmate")
    for app in LINK.applications:
        if app.environment != "production":
            outside.argocd.deny(app.name, "sync", "production-bot")
    return outside.environment() | {"ARGOCD_AUTH_TOKEN_PRODUCTION": token}


async def test_an_account_with_just_what_it_needs_is_well(outside: World) -> None:
    code, shown = await examined(outside.environment())
    assert "✓ Argo CD: shipmate may read and sync all its applications." in shown
    assert "✓ Argo CD: shipmate may do no more than it must." in shown
    assert "✓ Git: production waits for shipmate to sync it." in shown
    warned = [line for line in shown.splitlines() if line.startswith("! ")]
    (only,) = warned
    assert only.startswith("! Catalog: In production an author of a change could approve it: ")
    assert ("✗" in shown, code) == (False, 0)


async def test_what_an_account_may_beyond_that_is_a_warning(outside: World) -> None:
    outside.argocd.allow_everything()
    code, shown = await examined(outside.environment())
    assert "! Argo CD: shipmate (ARGOCD_AUTH_TOKEN) may do more than it must: " in shown
    for right in ("create, update and delete applications", "clusters", "open a shell in pods"):
        assert right in shown
    assert "Narrow its policy in argocd-rbac-cm" in shown
    assert code == 0


async def test_a_right_that_is_lacking_is_a_fault(outside: World) -> None:
    outside.argocd.deny("link-app-staging", "sync")
    code, shown = await examined(outside.environment())
    assert "✗ Argo CD: shipmate may not sync link-app-staging." in shown
    assert "argocd-rbac-cm: p, shipmate, applications, sync, link/*, allow." in shown
    assert code == 1


async def test_accounts_that_keep_to_their_own_are_well(outside: World) -> None:
    code, shown = await examined(with_own_account(outside))
    for name in ("shipmate", "production-bot"):
        assert f"✓ Argo CD: {name} may read and sync all its applications." in shown
        assert f"✓ Argo CD: {name} may do no more than it must." in shown
    assert code == 0


async def test_an_account_that_reaches_into_anothers_is_a_warning(outside: World) -> None:
    variables = with_own_account(outside)
    outside.argocd.allow_everything()
    outside.argocd.allow_everything("production-bot")
    outside.argocd.narrow()
    outside.argocd.narrow("production-bot")
    _, shown = await examined(variables)
    assert "shipmate (ARGOCD_AUTH_TOKEN) may do more than it must: sync link-app-prod" in shown
    assert "production-bot (ARGOCD_AUTH_TOKEN_PRODUCTION) may do more than it must: sync" in shown


async def test_a_revoked_token_of_an_environment_names_its_variable(outside: World) -> None:
    variables = outside.environment() | {"ARGOCD_AUTH_TOKEN_PRODUCTION": "revoked"}
    code, shown = await examined(variables)
    assert code == 1
    assert "ARGOCD_AUTH_TOKEN_PRODUCTION" in shown
    assert "revoked." in shown


async def test_the_token_of_an_environment_with_a_dash_is_named_as_it_is_set(
    outside: World, tmp_path: Path
) -> None:
    catalog = tmp_path / "catalog.yaml"
    text = environments(("dev", "live-eu")).replace("link-app-live-eu", APP)
    image = "image: ghcr.io/link/user-svc"
    catalog.write_text(text.replace(image, f"{image}, application_in: {{live-eu: {APP}}}"))
    variables = outside.environment() | {"SHIPMATE_CATALOG": str(catalog)}
    wrong = {"ARGOCD_AUTH_TOKEN_LIVE_EU": "revoked", "GITOPS_TOKEN_LIVE_EU": "x"}
    _, shown = await examined(variables | wrong)
    assert "the account of ARGOCD_AUTH_TOKEN_LIVE_EU" in shown
    assert "with GITOPS_TOKEN_LIVE_EU" in shown


async def test_a_token_for_no_environment_is_a_fault_and_the_rest_is_looked_at(
    outside: World,
) -> None:
    code, shown = await examined(outside.environment() | {"GITOPS_TOKEN_PRODUKTION": "x"})
    assert code == 1
    told = "✗ Settings: GITOPS_TOKEN_PRODUKTION is for no environment of the catalog"
    assert shown.count(told) == 1
    assert "✓ GitHub:" in shown


async def test_going_back_by_argo_cd_itself_wants_update(outside: World, tmp_path: Path) -> None:
    text = Path("catalog.yaml").read_text().replace("rollback: git  ", "rollback: argo ")
    path = tmp_path / "argo.yaml"
    path.write_text(text)
    outside.argocd.allow_everything()
    for action in ("create", "delete"):
        outside.argocd.deny("*", action)
    _, shown = await examined(outside.environment() | {"SHIPMATE_CATALOG": str(path)})
    assert "update applications" not in shown


async def protected(outside: World, remote: str = "", *, github_is_away: bool = False) -> Finding:
    """What is found of production, which Argo CD syncs by itself."""
    settings = load_settings(*EVERYTHING, variables=outside.environment())
    async with (
        connect.argocd(settings, SystemClock(), LINK) as argocd,
        sandbox() as there,
        client(there) as github,
    ):
        await argocd.list_applications()
        outside.argocd.set_auto_sync(APP, on=True)
        async with asyncio.timeout(20):
            while not [a for a in await argocd.list_applications(name=APP) if a.auto_sync]:
                continue  # a LIST lags behind
        there.protected = {"main"}
        if github_is_away:
            there.faults.cut_off()
        found = doctor.protection(
            argocd, github, LINK, remote.format(github=there.base_url), "main"
        )
        (finding,) = [each async for each in found]
        if remote and not github_is_away:
            there.protected = set()
            found = doctor.protection(
                argocd, github, LINK, remote.format(github=there.base_url), "main"
            )
            (unprotected,) = [each async for each in found]
            assert unprotected.state == "warning"
            assert (
                "which is not protected: a push changes production unapproved" in unprotected.says
            )
        return finding


async def test_production_that_syncs_by_itself_wants_a_protected_branch(outside: World) -> None:
    finding = await protected(outside, "{github}/link/app.git")
    assert (finding.state, finding.says) == (
        "ok",
        "Argo CD syncs link-app-production by itself from main, which is protected.",
    )


async def test_what_cannot_be_told_of_the_branch_is_said(outside: World) -> None:
    elsewhere = await protected(outside)
    assert elsewhere.state == "warning"
    assert "is not known: the repository is not on the GitHub" in elsewhere.says
    away = await protected(outside, "{github}/link/app.git", github_is_away=True)
    assert away.state == "warning"
    assert "is not known: GitHub: " in away.says


async def test_an_environments_own_push_is_tried_with_its_own_token(outside: World) -> None:
    _, shown = await examined(outside.environment() | {"GITOPS_TOKEN_PRODUCTION": "x"})
    assert "✓ Git: We may push to main with GITOPS_TOKEN; hooks and a protection" in shown
    assert "✓ Git: We may push to main with GITOPS_TOKEN_PRODUCTION; hooks" in shown
    assert "GITOPS_TOKEN_STAGING" not in shown


async def test_where_authors_can_be_told_or_may_approve_nothing_is_warned_of() -> None:
    known = LINK.model_copy(update={"github_logins": {"U0DANA": "dana-developer"}})
    assert [each async for each in doctor.authors(known)] == []
    rule = {"approval": LINK.environment("production").approval.model_copy(
        update={"authors_may": True}
    )}  # fmt: skip
    open_to_all = tuple(each.model_copy(update=rule) for each in LINK.environments)
    assert [
        each async for each in doctor.authors(LINK.model_copy(update={"environments": open_to_all}))
    ] == []
