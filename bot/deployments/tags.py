"""A plan's tags in the files that hold them: set, and put back (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.deployments.plan import ImageChange
from integrations import kustomization


class Overwritten(Exception):
    """Since the plan was made, somebody else set a tag that it was about to set."""

    def __init__(self, service: str, tag: str) -> None:
        super().__init__(f"{service}: {tag}")
        self.service = service
        self.tag = tag


def with_new_tags(files: Mapping[str, str], changes: Sequence[ImageChange]) -> dict[str, str]:
    """The files with the plan's tags, applied anew to whatever the branch holds by then.

    Raises Overwritten where it holds a tag that the plan knew nothing of: that one stays.
    """
    edited = {}
    for path, text in files.items():
        here = _in(path, changes)
        for change in here:
            tag = _tag(text, change)
            if tag not in (change.before, change.after):
                raise Overwritten(change.service, tag)
        tags = {each.image: each.after for each in here}
        edited[path] = kustomization.set_tags(text, tags, path=path)
    return edited


def with_earlier_tags(files: Mapping[str, str], changes: Sequence[ImageChange]) -> dict[str, str]:
    """The files with the tags from before the plan, wherever the plan's own still stand."""
    edited = {}
    for path, text in files.items():
        ours = [each for each in _in(path, changes) if _tag(text, each) == each.after]
        tags = {each.image: each.before for each in ours}
        edited[path] = kustomization.set_tags(text, tags, path=path)
    return edited


def _in(path: str, changes: Sequence[ImageChange]) -> list[ImageChange]:
    return [change for change in changes if change.file == path]


def _tag(text: str, change: ImageChange) -> str:
    line = kustomization.images(text, change.file).get(change.image)
    return line.new_tag if line else ""
