"""Pushing images over HTTP, as builders do, to any registry."""

from __future__ import annotations

from dataclasses import replace

import httpx

from bot.sandbox.registry.images import OCI_INDEX, OCI_MANIFEST, Image, Stored
from integrations.registry import Registry
from integrations.registry.ask import Ask, Scope

DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"


async def push(registry: Registry, name: str, image: Image, *tags: str) -> str:
    """The whole image, with what its tags name last; returns its digest."""
    for blob in image.blobs:
        await _push_blob(registry, name, blob)
    for stored, reference in (
        (image.manifest, image.manifest.digest),
        (image.index, image.index.digest),
        *((image.index, tag) for tag in tags),
    ):
        await push_manifest(registry, name, stored, reference)
    return image.digest


async def push_manifest(registry: Registry, name: str, stored: Stored, reference: str) -> None:
    headers = {"Content-Type": stored.media_type}
    path = f"{name}/manifests/{reference}"
    ask = Ask("PUT", path, Scope(name, push=True), path, headers, content=stored.content)
    await registry.exchange.once(ask)


async def _push_blob(registry: Registry, name: str, blob: Stored) -> None:
    scope = Scope(name, push=True)
    begun = await registry.exchange.once(Ask("POST", f"{name}/blobs/uploads/", scope, name))
    location = httpx.URL(begun.headers["Location"]).copy_add_param("digest", blob.digest)
    path, query = location.path.removeprefix("/v2/"), location.query.decode()
    ask = Ask("PUT", path, scope, name, query=query, content=blob.content)
    await registry.exchange.once(ask)


def as_docker(image: Image) -> Image:
    """The same image in the types that `docker push` uses."""
    manifest = _retyped(image.manifest, OCI_MANIFEST, DOCKER_MANIFEST)
    renamed = image.index.content.replace(
        image.manifest.digest.encode(), manifest.digest.encode()
    ).replace(
        f'"size":{len(image.manifest.content)}'.encode(),
        f'"size":{len(manifest.content)}'.encode(),
    )
    index = _retyped(
        _retyped(replace(image.index, content=renamed), OCI_INDEX, DOCKER_LIST),
        OCI_MANIFEST,
        DOCKER_MANIFEST,
        keep=True,
    )
    return replace(image, manifest=manifest, index=index)


def _retyped(stored: Stored, old: str, new: str, *, keep: bool = False) -> Stored:
    content = stored.content.replace(old.encode(), new.encode())
    return Stored(content, stored.media_type if keep else new)
