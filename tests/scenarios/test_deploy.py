"""A developer deploys: from the typed line to Healthy, and what the card says on the way."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.story import story


async def test_deploy_staging_ends_succeeded_and_healthy(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        before = await scene.world.repository.head()
        tag = f"sha-{scene.world.github.newest().sha[:7]}"

        told = await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Succeeded")

        assert "#deployments" in told
        assert tag in card.text
        assert "staging" in card.text
        assert await scene.commits(before) == [f"Deploy {tag} to staging"]
        assert set((await scene.world.repository.tags("staging")).values()) == {tag}
        assert len(scene.operations("link-app-staging")) == 1
        assert len(scene.operations("link-frontend")) == 1
        assert "Succeeded" not in scene.world.slack.revisions("#deployments", card.ts)[0].text


async def test_the_commit_says_which_deployment_who_asked_and_how_far_the_record_went(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        before = await scene.world.repository.head()
        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")

        (deployment,) = scene.services.ledger.newest()
        (commit,) = await scene.world.repository.log(before)
        position, seal = commit.trailers["Audit-Head"].split()
        sealed = (await scene.services.store.read_all(after=int(position) - 1))[0]

        assert commit.trailers["Deploy-Id"] == deployment.id
        assert commit.trailers["Requested-by"].endswith("(slack:U0DANA)")
        assert (sealed.stream, sealed.type) == (f"deployment/{deployment.id}", "CommitIntended")
        assert sealed.hash == seal
