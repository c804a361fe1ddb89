"""doctor: looks at the real systems, here the sandbox's, and says what to fix."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from bot.cli.report import report
from bot.sandbox.world import World, world
from integrations.clock import SystemClock
from tests.scenarios.story import platform


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, SystemClock()) as everything:
        yield everything


async def examined(variables: Mapping[str, str]) -> tuple[int, str]:
    out = io.StringIO()
    return await report(out, variables), out.getvalue()


async def test_where_all_is_well_every_finding_says_so(outside: World) -> None:
    code, shown = await examined(outside.environment())
    assert "✗" not in shown
    assert code == 0
    for system in ("Slack", "Argo CD", "Git", "GitHub", "Registry", "Catalog", "Record"):
        assert f"✓ {system}:" in shown


async def test_each_missing_setting_is_a_finding_and_the_rest_is_still_looked_at(
    outside: World,
) -> None:
    variables = outside.environment()
    del variables["SLACK_SIGNING_SECRET"]
    del variables["GITHUB_REPOSITORY"]
    code, shown = await examined(variables)
    assert code == 1
    assert "✗ Settings: SLACK_SIGNING_SECRET" in shown
    assert "✗ Settings: GITHUB_REPOSITORY" in shown
    assert "✓ Argo CD:" in shown


async def test_wrong_credentials_name_the_variable_and_are_not_shown(outside: World) -> None:
    variables = {
        **outside.environment(),
        "ARGOCD_AUTH_TOKEN": "not-the-token",
        "SLACK_BOT_TOKEN": "xoxb-not-the-token",
    }
    code, shown = await examined(variables)
    assert code == 1
    assert "ARGOCD_AUTH_TOKEN" in shown
    assert "SLACK_BOT_TOKEN" in shown
    assert "not-the-token" not in shown


async def test_an_account_that_may_not_push_keeps_images_from_being_promoted(
    outside: World,
) -> None:
    outside.registry.issuer.may_push = False
    code, shown = await examined(outside.environment())
    assert code == 1
    assert "✗ Registry: Our account may not write ghcr.io/link/user-svc" in shown
    assert "write:packages" in shown


async def test_no_registry_at_all_is_a_warning(outside: World) -> None:
    nothing = {"REGISTRY_URL": "", "REGISTRY_TOKEN": ""}
    code, shown = await examined({**outside.environment(), **nothing})
    assert code == 0
    assert "! Registry: No registry is configured" in shown


async def test_systems_that_are_away_are_findings_not_traces(outside: World) -> None:
    variables = {
        **outside.environment(),
        "ARGOCD_SERVER": "http://127.0.0.1:9",
        "GITOPS_REPO": str(outside.directory / "nowhere.git"),
        "GITHUB_API_URL": "http://127.0.0.1:9",
    }
    code, shown = await examined(variables)
    assert code == 1
    for system in ("Argo CD", "Git", "GitHub"):
        assert f"✗ {system}:" in shown
    assert "✓ Slack:" in shown


async def test_settings_that_keep_our_own_workspace_and_app_out_are_faults(outside: World) -> None:
    others = {"SLACK_APP_ID": "A0OTHER", "SLACK_TEAM_IDS": "T0OTHER"}
    code, shown = await examined(outside.environment() | others)
    assert code == 1
    assert "✗ Slack: SLACK_APP_ID is A0OTHER, and the token is of " in shown
    assert "✗ Slack: SLACK_TEAM_IDS lacks " in shown


async def test_an_app_level_token_is_tried(outside: World) -> None:
    good = outside.slack.workspace.installation.app_token
    code, shown = await examined(outside.environment() | {"SLACK_APP_TOKEN": good})
    assert (code, "✓ Slack: SLACK_APP_TOKEN opens sockets." in shown) == (0, True)

    code, shown = await examined(outside.environment() | {"SLACK_APP_TOKEN": "xapp-other"})
    assert (code, "✗ Slack: SLACK_APP_TOKEN opens no socket" in shown) == (1, True)
    assert "xapp-other" not in shown


async def test_a_wrong_password_names_the_variables_that_it_came_from(outside: World) -> None:
    login = {"ARGOCD_AUTH_TOKEN": "", "ARGOCD_USERNAME": "shipmate", "ARGOCD_PASSWORD": "hidden"}
    _, shown = await examined(outside.environment() | login)
    assert "look at ARGOCD_SERVER, ARGOCD_USERNAME and ARGOCD_PASSWORD" in shown
    assert "hidden" not in shown


async def test_a_workflow_that_is_not_there_is_named(outside: World, tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.yaml"
    catalog.write_text(platform({"ci-cd-pipeline.yml": "build.yml"}))
    code, shown = await examined({**outside.environment(), "SHIPMATE_CATALOG": str(catalog)})
    assert code == 1
    assert "✗ GitHub: link/app has no workflow build.yml, or our token may not see it." in shown
    assert "under `ci` in the catalog" in shown


async def test_a_user_group_may_be_named_by_its_id(outside: World, tmp_path: Path) -> None:
    file = tmp_path / "by-id.yaml"
    by_id = {"group:approvers": "group:S0APP", "group:oncall": "group:S0NONE"}
    file.write_text(platform(by_id), encoding="utf-8")
    _, shown = await examined({**outside.environment(), "SHIPMATE_CATALOG": str(file)})
    assert "✓ Slack: The user group S0APP is there." in shown
    assert "✗ Slack: There is no user group S0NONE" in shown


async def test_a_channel_that_could_not_be_asked_about_is_not_said_to_be_missing(
    outside: World,
) -> None:
    outside.slack.rate_limit("conversations.list", times=9, retry_after=27)
    code, shown = await examined(outside.environment())
    assert code == 1
    assert "✗ Slack: conversations.list is rate-limited.\n    → Try again in 27 s." in shown
    assert "is not found" not in shown


async def test_the_catalog_that_is_read_is_named(outside: World, tmp_path: Path) -> None:
    catalog = tmp_path / "ours.yaml"
    catalog.write_text(platform({}))
    _, shown = await examined({**outside.environment(), "SHIPMATE_CATALOG": str(catalog)})
    assert f"✓ Catalog: {catalog} is read: 27 applications" in shown
