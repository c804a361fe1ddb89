"""A promotion's own steps: waiting until the source has run it for long enough, and new tags."""

from __future__ import annotations

from typing import Literal

from bot.deployments.events.event import Event


class SoakReached(Event):
    """The source environment has run these images Healthy for as long as it must."""

    type: Literal["SoakReached"] = "SoakReached"
    note: str = ""


class TagsIntended(Event):
    """The images will be given their new tags; a crash after this looks which have them."""

    type: Literal["TagsIntended"] = "TagsIntended"


class TagsGiven(Event):
    """Each image has its new tag in the registry."""

    type: Literal["TagsGiven"] = "TagsGiven"
