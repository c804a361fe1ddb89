"""Which image tags Git wants in an environment now, and what has moved since an earlier look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.deployments.plan import ImageChange
from bot.errors import Conflict
from integrations import kustomization

if TYPE_CHECKING:
    from bot.catalog import Environment, Image
    from bot.services import Services


@dataclass(frozen=True, slots=True)
class Desired:
    """The files (path -> text) at one commit, the tag of each service that they name, and its
    digest where they name one.
    """

    base: str
    images: tuple[Image, ...]
    files: Mapping[str, str]
    tags: Mapping[str, str]
    digests: Mapping[str, str] = field(default_factory=dict)


async def desired(
    services: Services, environment: Environment, wanted: Sequence[str], *, fresh: bool = True
) -> Desired:
    """What Git wants of the wanted services, or of all of them; fetches first, unless what was
    last seen is enough.

    Raises UpstreamError where Git cannot be read, and Conflict where a file lacks an image.
    """
    images = tuple(
        image
        for image in services.catalog.images_of(environment.name)
        if not wanted or image.service in wanted
    )
    base = await (services.gitops.fetch() if fresh else services.gitops.head())
    paths = dict.fromkeys(image.file_in(environment.name) for image in images)
    files = {path: await services.gitops.read(base, path) for path in paths}
    lines = {path: kustomization.images(text, path) for path, text in files.items()}
    tags: dict[str, str] = {}
    digests: dict[str, str] = {}
    for image in images:
        path = image.file_in(environment.name)
        line = lines[path].get(image.name)
        if line is None:
            raise Conflict(
                f"{path} has no entry for {image.name}.",
                hint="Add it under `images:`, or correct the file in the catalog.",
            )
        tags[image.service] = line.new_tag
        if line.digest:
            digests[image.service] = line.digest
    return Desired(base, images, files, tags, digests)


def moved_since(earlier: Mapping[str, str], changes: Iterable[ImageChange]) -> str:
    """What a plan made anew finds other than `earlier` (service -> tag), "" where that is not
    known (pure).
    """
    if not earlier:
        return ""
    moves: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        was = earlier.get(change.service, change.before)
        if was != change.before:
            moves.setdefault((was, change.before), []).append(change.service)
    if not moves:
        return "Planned anew at its start: Git is as it was when this was queued."
    told = [f"{', '.join(names)} from {was} to {now}" for (was, now), names in moves.items()]
    return f"Planned anew at its start: since this was queued, Git moved {'; '.join(told)}."
