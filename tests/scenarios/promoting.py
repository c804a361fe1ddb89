"""Promotions in stories: asked for, and as yet without effect."""

from __future__ import annotations

from tests.scenarios.asking import hears
from tests.scenarios.story import Card, Story

SOAKING = {"soak_minutes: 0": "soak_minutes: 60"}
"""What makes staging hold images for an hour before production may have them."""


async def promotes(scene: Story, words: str = "") -> Card:
    """The developer promotes; the card once it can be decided on."""
    told = await hears(scene.developer, f"/promote{words}", "#production")
    assert "goes to" in told, told
    card = await scene.card(channel="#production")
    await card.shows("Waiting", "Approve")
    return card


async def tag_today(scene: Story) -> str:
    """The tag that staging's images get in production."""
    sha = (await scene.world.repository.tags("staging"))["user-svc"].removeprefix("sha-")
    return f"v{scene.world.clock.now():%Y%m%d}-{sha}"


async def is_untouched(scene: Story, head: str) -> None:
    """Expect that nothing was written and nothing asked of Argo CD."""
    assert await scene.world.repository.head() == head
    assert not [o for o in scene.operations("link-app-production") if o.infos]
    assert not [c for c in scene.world.registry.calls if c.method == "PUT"]
