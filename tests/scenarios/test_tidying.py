"""A bot that lives for long: what it leaves in its clone and in the repository is cleared away."""

from __future__ import annotations

import hashlib
import zlib
from itertools import count
from pathlib import Path

from tests.scenarios.story import Story, story

MANY = 30
"""Loose objects in one of the 256 folders, from which git guesses that there are thousands."""
HOUR = 3600.0


def clone_of(scene: Story) -> Path:
    database = scene.services.store.path
    return database.with_name(f"{database.name}.gitops.git")


def gather(clone: Path) -> None:
    """As many loose objects as months of deployments leave."""
    folder = clone / "objects/17"
    folder.mkdir(exist_ok=True)
    made = 0
    for number in count():
        blob = b"blob %d\0%d" % (len(str(number)), number)
        name = hashlib.sha1(blob, usedforsecurity=False).hexdigest()
        if name.startswith("17"):
            (folder / name[2:]).write_bytes(zlib.compress(blob))
            made += 1
        if made == MANY:
            return


async def test_a_clone_that_grows_is_packed_without_a_restart(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")
        commit = scene.services.ledger.newest()[0].commit
        assert commit is not None
        await scene.services.gitops.fetch()
        clone = clone_of(scene)
        loose = clone / "objects" / commit.sha[:2] / commit.sha[2:]
        assert loose.exists()

        gather(clone)
        await scene.world.clock.sleep(HOUR + 60)

        assert not loose.exists()
        assert list(clone.glob("objects/pack/*.pack"))
        await scene.developer.types("/deploy dev")
        await (await scene.card(2)).ends("Succeeded")


async def test_a_preview_that_could_not_be_removed_is_later(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")
        (deployment,) = scene.services.ledger.newest()
        previews, path = scene.services.gitops.previews, "environments/staging/kustomization.yaml"
        text = await scene.services.gitops.read("main", path)
        await previews.push(deployment.id, {path: text + "# beside\n"})
        await previews.push("of-another-bot", {path: text + "# beside\n"})

        await scene.world.clock.sleep(HOUR + 60)

        assert await previews.left() == ("of-another-bot",)
