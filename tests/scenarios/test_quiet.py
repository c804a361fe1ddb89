"""What a pipeline deploys to dev is no news until it fails."""

from __future__ import annotations

from pathlib import Path

from bot.access import Actor, Door
from bot.deployments.deployment import Deployment
from bot.deployments.events import DeploymentRequested
from tests.scenarios.story import Story, platform, story

PIPELINE = Actor(kind="ci", id="link/app", name="link/app", door=Door.API)
CATALOG = {'to: ["group:developers"]': 'to: ["group:developers", "ci:link/app"]'}


async def pipeline_deploys(scene: Story, environment: str) -> str:
    services = scene.services
    entry = services.catalog.environment(environment)
    requested = DeploymentRequested(
        at=services.clock.now(),
        id=f"dpipe{environment}",
        kind="deploy",
        actor=PIPELINE,
        environment=environment,
        applications=entry.applications,
        channel=entry.channel,
        tag=f"sha-{scene.world.github.newest().sha[:7]}",
    )
    return (await services.ledger.request(requested)).id


async def end_of(scene: Story, key: str) -> Deployment:
    ledger = scene.services.ledger
    while not ledger.get(key).ended:
        bell = ledger.bell(key)
        if not ledger.get(key).ended:
            await bell.wait()
    return ledger.get(key)


async def test_a_pipelines_success_in_dev_is_not_posted(tmp_path: Path) -> None:
    async with story(tmp_path, catalog=platform(CATALOG)) as scene:
        key = await pipeline_deploys(scene, "dev")
        assert (await end_of(scene, key)).state == "Succeeded"

        await scene.developer.types("/deploy dev latest")
        card = await scene.card()
        await card.ends("Succeeded")

        assert "latest" in card.text  # the person's; the pipeline's would have come first


async def test_a_pipelines_failure_in_dev_is_posted_with_its_reasons(tmp_path: Path) -> None:
    async with story(tmp_path, catalog=platform(CATALOG)) as scene:
        scene.world.argocd.break_tag(f"sha-{scene.world.github.newest().sha[:7]}")
        key = await pipeline_deploys(scene, "dev")

        card = await scene.card()
        await card.ends("Failed")

        assert "Deployment/" in card.everything
        await scene.world.slack.until(lambda: len(card.thread) == 1)
        assert "link/app" in card.thread[0]
        assert key in card.everything


async def test_a_pipelines_deployment_elsewhere_has_its_card(tmp_path: Path) -> None:
    async with story(tmp_path, catalog=platform(CATALOG)) as scene:
        await pipeline_deploys(scene, "staging")

        await (await scene.card()).ends("Succeeded")
