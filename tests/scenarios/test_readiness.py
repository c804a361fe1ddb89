"""What machines are told of the bot: ready, degraded, counted; and what doctor says to people."""

from __future__ import annotations

import json
import re
from pathlib import Path

import aiohttp

from tests.scenarios.asking import hears
from tests.scenarios.story import HANGS_AFTER, Story, story


async def asked(scene: Story, path: str) -> tuple[int, str]:
    """The status and body of a GET."""
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{scene.world.slack.bot_url}{path}") as answer,
    ):
        return answer.status, await answer.text()


async def degrades_to(scene: Story, *systems: str) -> dict[str, str]:
    """Wait until exactly these systems are said to be away."""
    clock = scene.world.clock
    async with clock.timeout(HANGS_AFTER):
        while True:
            status, body = await asked(scene, "/readyz")
            assert status == 200
            degraded: dict[str, str] = json.loads(body)["degraded"]
            if set(degraded) == set(systems):
                return degraded
            await clock.sleep(1)  # nobody rings when a probe was made


async def test_systems_that_are_away_are_degraded_and_the_bot_is_ready(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await degrades_to(scene)
        scene.world.repository.take_away()
        assert "Git" in await hears(scene.developer, "/where staging")
        await degrades_to(scene, "Git")

        scene.world.repository.bring_back()
        scene.world.argocd.cut_off()
        await degrades_to(scene, "Argo CD")
        assert "Sync and health are" in await hears(scene.developer, "/where staging")

        scene.world.repository.take_away()
        scene.world.github.faults.cut_off()
        degraded = await degrades_to(scene, "Git", "GitHub", "Argo CD")
        assert all(degraded.values())
        assert (await asked(scene, "/healthz"))[0] == 200

        scene.world.repository.bring_back()
        scene.world.argocd.restore()
        scene.world.github.faults.restore()
        await degrades_to(scene)


async def test_doctor_names_what_is_wrong_and_how_to_mend_it(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.repository.take_away()
        scene.world.slack.remove_bot("#production")
        scene.world.slack.remove_bot("#deployments")
        await scene.oncall.types("/sync user-svc --dry-run")
        await scene.world.slack.until(
            lambda: any(each.why for each in scene.services.outbox.undelivered)
        )
        told = await hears(scene.oncall, "/shipmate doctor")

        assert re.search(r"\d faults .*in \d+ checks", told)
        assert "The bot is not in #production." in told
        assert "→ /invite it there." in told
        assert "❌ Git:" in told
        assert "GITOPS_REPO" in told
        assert "✅ Argo CD: 4 checks" in told
        assert "could not be delivered:" in told
        assert re.search(r"#deployments deployment:\w+:card: ", told)


async def test_deployments_messages_and_argo_cd_are_counted(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")
        _, counted = await asked(scene, "/metrics")

        labels = '{environment="staging",kind="deploy",outcome="Succeeded"} 1.0'
        assert f"shipmate_deployments_total{labels}" in counted
        assert f"shipmate_deployment_seconds_count{labels}" in counted
        assert 'shipmate_argocd_requests_total{kind="sync"} 2.0' in counted
        assert "shipmate_outbox_undelivered 0.0" in counted
        assert "shipmate_argocd_stream_connected 1.0" in counted
        assert re.search(r"^shipmate_outbox_owed \d", counted, re.MULTILINE)
        assert re.search(r"^shipmate_argocd_age_seconds \d", counted, re.MULTILINE)
        assert 'shipmate_requests_total{command="deploy",door="slack",outcome="ok"} 1.0' in counted
