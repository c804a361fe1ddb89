"""A plan's tags, and digests, in the files that hold them: set, and put back (pure)."""

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
            tag, pin = _line(text, change)
            if tag not in (change.before, change.after):
                raise Overwritten(change.service, tag)
            if pin not in (change.pin_before, change.pin):
                raise Overwritten(change.service, f"{tag}@{pin}" if pin else tag)
        tags = {each.image: each.after for each in here}
        digests = {each.image: each.pin for each in here if each.pin}
        edited[path] = kustomization.set_tags(text, tags, digests, path)
    return edited


def with_earlier_tags(files: Mapping[str, str], changes: Sequence[ImageChange]) -> dict[str, str]:
    """The files with the tags from before the plan, wherever the plan's own still stand."""
    edited = {}
    for path, text in files.items():
        ours = [each for each in _in(path, changes) if _line(text, each) == (each.after, each.pin)]
        tags = {each.image: each.before for each in ours}
        digests = {each.image: each.pin_before for each in ours if each.pin or each.pin_before}
        edited[path] = kustomization.set_tags(text, tags, digests, path)
    return edited


def stands(text: str, change: ImageChange, *, reverted: bool) -> bool:
    """Whether the file's text says what the plan wanted, or after a revert what was before it."""
    wanted = (change.before, change.pin_before) if reverted else (change.after, change.pin)
    return _line(text, change) == wanted


def _in(path: str, changes: Sequence[ImageChange]) -> list[ImageChange]:
    return [change for change in changes if change.file == path]


def _line(text: str, change: ImageChange) -> tuple[str, str]:
    """The tag and the digest that the file names for the image of a change, "" for none."""
    line = kustomization.images(text, change.file).get(change.image)
    return (line.new_tag, line.digest) if line else ("", "")
