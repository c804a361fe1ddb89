"""`/shipmate audit` after an afternoon's work, and the export of it."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.exits import Exit
from tests.scenarios.asking import by_shell, hears, shipmate, token_of
from tests.scenarios.story import Story, story

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True)
class Afternoon:
    """A deployment that went well, one that was refused, a wrong word, and looks."""

    scene: Story
    deployment: str
    token: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def afternoon(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Afternoon]:
    async with story(tmp_path_factory.mktemp("audit")) as scene:
        await scene.developer.types('/deploy staging --reason "=the hotfix"')
        await (await scene.card()).ends("Succeeded")
        (deployment,) = scene.services.ledger.newest()
        await scene.outsider.types("/deploy staging")
        await scene.developer.types("/deploy stagign")
        await hears(scene.approver, "/where staging")
        yield Afternoon(scene, deployment.id, await token_of(scene.developer))


async def test_the_list_tells_what_was_asked_refused_and_done(afternoon: Afternoon) -> None:
    told = await hears(afternoon.scene.oncall, "/shipmate audit")
    assert f"deploy staging · {afternoon.deployment}" in told
    assert "Succeeded." in told
    assert "“=the hotfix”" in told
    assert "Refused: This needs the permission “deploy” for staging." in told
    assert "Not understood: There is no environment “stagign”." in told
    assert "@U0DANA" in told
    assert "@U0OTTO" in told
    assert "where staging" not in told


async def test_looks_are_there_for_who_asks_for_them(afternoon: Afternoon) -> None:
    told = await hears(afternoon.scene.oncall, "/shipmate audit --all --user U0AMIR")
    assert "where staging" in told


@pytest.mark.parametrize("user", ["<@U0OTTO|otto>", "@otto", "U0OTTO", "slack:U0OTTO"])
async def test_one_persons_entries(afternoon: Afternoon, user: str) -> None:
    told = await hears(afternoon.scene.oncall, f'/shipmate audit --user "{user}"')
    assert "Refused" in told
    assert afternoon.deployment not in told


async def test_one_environments_entries_and_none_of_another(afternoon: Afternoon) -> None:
    told = await hears(afternoon.scene.oncall, "/shipmate audit --environment staging --since 1h")
    assert afternoon.deployment in told
    assert "stagign" not in told  # it was about no environment
    told = await hears(afternoon.scene.oncall, "/shipmate audit --environment dev --user U0OTTO")
    assert "The record holds nothing of U0OTTO in dev of the last 7 days." in told


async def test_who_may_not_look_may_not_audit(afternoon: Afternoon) -> None:
    told = await hears(afternoon.scene.oncall, "/shipmate audit --since yesterday")
    assert "--since takes a span" in told
    guest = await afternoon.scene.world.slack.command("U0GUEST", "#deployments", "/shipmate audit")
    assert guest.status == 200


async def test_a_page_of_evidence_for_one_change(afternoon: Afternoon) -> None:
    scene = afternoon.scene
    ran = await by_shell(
        scene, afternoon.token, "audit", "export", "--deployment", afternoon.deployment
    )
    assert ran.code == Exit.DONE, ran.err
    commit = (await scene.world.repository.log())[0]
    for part in (
        f"Evidence for {afternoon.deployment}",
        "By slack:U0DANA (dana), by the door slack",
        "Reason: =the hotfix",
        "Wave 3 (applications): link-app-staging, link-frontend",
        "Wave 3 (applications): link-app-staging, link-frontend began.",
        f"Committed and pushed as {commit.sha}.",
        "link-frontend: a sync was about to be asked for, operation ",
        f"link-frontend: Succeeded, Synced and Healthy at {commit.sha}",
        "Ended Succeeded.",
        "Head of the record: ",
    ):
        assert part in ran.out
    told = await hears(scene.oncall, f"/shipmate audit export --deployment {afternoon.deployment}")
    assert f"Committed and pushed as {commit.sha}" in told


async def test_an_export_by_the_bot_and_one_of_the_file_are_the_same(
    afternoon: Afternoon, tmp_path: Path
) -> None:
    scene, words = afternoon.scene, ("audit", "export", "--format", "jsonl")
    asked = await by_shell(scene, afternoon.token, *words, "--environment", "staging")
    copy = tmp_path / "copy.db"
    await scene.services.store.backup(copy)
    alone = await shipmate({"SHIPMATE_DATABASE": str(copy)}, *words, "--environment", "staging")
    assert (alone.code, alone.err) == (Exit.DONE, "")
    events = [json.loads(line) for line in alone.out.splitlines()]
    assert [json.loads(line) for line in asked.out.splitlines()] == events[
        : len(asked.out.splitlines())
    ]
    asked_for = next(each for each in events if each["type"] == "DeploymentRequested")
    assert asked_for["data"]["reason"] == "=the hotfix"
    assert {"Committed", "DeploymentEnded", "RequestAnswered"} <= {e["type"] for e in events}


async def test_a_spreadsheet_gets_text(afternoon: Afternoon) -> None:
    ran = await by_shell(afternoon.scene, afternoon.token, "audit", "export", "--format", "csv")
    rows = list(csv.DictReader(ran.out.splitlines()))
    assert len(rows) == len({row["position"] for row in rows}) > 10
    assert next(row["why"] for row in rows if row["why"]) == "'=the hotfix"


async def test_slack_gets_an_export_as_a_file_that_nobody_else_sees(afternoon: Afternoon) -> None:
    slack = afternoon.scene.world.slack
    told = await hears(afternoon.scene.oncall, "/shipmate audit export --format csv --since 1h")
    assert "is in your direct messages" in told
    assert "position" not in told
    room = slack.workspace.direct("U0OLU")
    (message,) = [each for each in slack.messages(room.id) if each.files]
    ((key, name, size),) = message.files
    assert name.startswith("shipmate-audit-")
    assert name.endswith(".csv")
    assert "of the record of the last 1 h." in message.text
    content = slack.workspace.uploads[key][2]
    assert len(content) == size
    rows = list(csv.DictReader(content.decode().splitlines()))
    assert next(row["why"] for row in rows if row["why"]) == "'=the hotfix"


async def test_without_the_scope_slack_shows_its_beginning_and_the_line_for_a_shell(
    afternoon: Afternoon,
) -> None:
    workspace = afternoon.scene.world.slack.workspace
    whole = workspace.installation
    workspace.installation = replace(whole, scopes=whole.scopes - {"files:write"})
    try:
        told = await hears(afternoon.scene.oncall, "/shipmate audit export --format csv --since 1h")
    finally:
        workspace.installation = whole
    assert "position,at,stream" in told
    assert "The file could not be sent: Slack: files.getUploadURLExternal is not allowed" in told
    assert "files:write" in told
    assert "/shipmate doctor" in told
    assert "more events" in told
    assert "shipmate audit export --format csv --since 60m" in told


async def test_too_much_is_refused_and_never_cut(afternoon: Afternoon) -> None:
    ran = await by_shell(afternoon.scene, afternoon.token, "audit", "export", "--limit", "3")
    assert (ran.code, ran.out) == (Exit.FAILED, "")
    assert "more than the 3 that are exported at a time" in ran.err


async def test_a_deployment_that_nobody_asked_for_has_no_evidence(afternoon: Afternoon) -> None:
    told = await hears(afternoon.scene.oncall, "/shipmate audit export --deployment dnothing")
    assert "The record holds no deployment “dnothing”." in told
