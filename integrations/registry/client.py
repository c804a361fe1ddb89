"""What the bot asks of the registry: which image a tag names, and to give an image another tag.

https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

import httpx

from integrations.clock import Clock
from integrations.errors import BadAnswer, NotFound, Rejected, UpstreamError
from integrations.registry.answer import Answer
from integrations.registry.ask import Ask, Scope
from integrations.registry.errors import SERVICE, TagTaken
from integrations.registry.exchange import Exchange
from integrations.registry.listing import next_query, tag_names
from integrations.registry.model import MEDIA_TYPES, Credentials, Manifest
from integrations.registry.names import check_reference, check_tag, is_digest, repository_of
from integrations.registry.tokens import Tokens

_ACCEPT = {"Accept": ", ".join(MEDIA_TYPES)}
_PAGES = 100
_PAGE = "n=1000"


class Registry:
    """The images of one registry, REGISTRY_URL.

    Images go by their whole names ("ghcr.io/link/user-svc"); whatever host stands in front, this
    registry is asked. Every method raises the UpstreamErrors of the service "Registry".
    `realm_hosts` are hosts that may see the credentials besides the registry's own domain.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        base_url: str,
        credentials: Credentials,
        clock: Clock,
        *,
        realm_hosts: Collection[str] = (),
    ) -> None:
        url = httpx.URL(base_url)
        tokens = Tokens(http, url, credentials, clock, realm_hosts)
        self.exchange = Exchange(http, url, tokens, clock, with_account=credentials.given)

    async def ping(self) -> None:
        """Return when a registry answers there and takes our account; raise otherwise."""
        await self.exchange.read(Ask("GET", "", Scope(), "the registry"))

    async def digest(self, image: str, tag: str) -> str | None:
        """The digest that a tag names now ("sha256:…"), or None where there is no such image.

        `tag` may be a digest itself: then this says whether the registry still has it.
        """
        ask = _ask("HEAD", image, tag)
        try:
            if said := _said_digest(await self.exchange.read(ask), tag):
                return said
        except (NotFound, Rejected):
            pass  # an answer to HEAD carries no reason; the one to GET does
        try:
            return (await self.manifest(image, tag)).digest
        except NotFound:
            return None

    async def manifest(self, image: str, reference: str) -> Manifest:
        """The manifest of a tag or a digest. Raises NotFound."""
        answer = await self.exchange.read(_ask("GET", image, reference))
        manifest = Manifest(answer.content, answer.media_type)
        if manifest.media_type not in MEDIA_TYPES:
            raise BadAnswer(SERVICE, "something other than an image came back.")
        told = answer.headers.get("Docker-Content-Digest", "") or manifest.digest
        asked = reference if is_digest(reference) else manifest.digest
        if asked != manifest.digest or (is_digest(told) and told != manifest.digest):
            raise BadAnswer(SERVICE, "the manifest that came back is not the one it names.")
        return manifest

    async def retag(self, image: str, source: str, new_tag: str) -> str:
        """Let `new_tag` name the image of `source` (a digest or a tag) too; returns its digest.

        Nothing is copied or built: the same bytes get another name. Done already: nothing
        happens. Raises TagTaken where the tag names another image, NotFound without a source.
        """
        check_tag(new_tag)
        manifest = await self.manifest(image, source)
        taken = await self.digest(image, new_tag)
        if taken is not None and taken != manifest.digest:
            raise TagTaken(image, new_tag, taken)
        if taken is None:
            await self._put(image, new_tag, manifest)
        return manifest.digest

    async def check_push(self, image: str) -> None:
        """Return where our account may write the image; raise Forbidden or Unauthorized otherwise.

        An upload is begun, and given up at once: nothing is left behind.
        """
        name = repository_of(image)
        scope, uploads = Scope(name, push=True), f"{name}/blobs/uploads/"
        begun = await self.exchange.once(Ask("POST", uploads, scope, name))
        place = httpx.URL(begun.headers.get("Location", ""))
        _, found, upload = place.path.rpartition(f"/{uploads}")
        if found and upload:
            ask = Ask("DELETE", f"{uploads}{upload}", scope, name, query=place.query.decode())
            with suppress(UpstreamError):  # it ends by itself, too
                await self.exchange.once(ask)

    async def tags(self, image: str) -> tuple[str, ...]:
        """All tags of an image, in lexical order (never by date). Raises NotFound."""
        repository = repository_of(image)
        found: set[str] = set()
        query, seen = _PAGE, {""}
        while query not in seen and len(seen) <= _PAGES:
            seen.add(query)
            path = f"{repository}/tags/list"
            answer = await self.exchange.read(
                Ask("GET", path, Scope(repository), repository, query=query)
            )
            found.update(tag_names(answer))
            query = next_query(answer)
        return tuple(sorted(found))

    async def _put(self, image: str, tag: str, manifest: Manifest) -> None:
        headers = {"Content-Type": manifest.media_type}
        repository = repository_of(image)
        ask = Ask(
            "PUT",
            f"{repository}/manifests/{tag}",
            Scope(repository, push=True),
            f"{repository}:{tag}",
            headers,
            content=manifest.content,
        )
        try:
            await self.exchange.once(ask)
        except UpstreamError as error:
            # Nobody knows whether it was done; the registry does.
            if error.changed == "no" or not await self._is_there(image, tag, manifest):
                raise

    async def _is_there(self, image: str, tag: str, manifest: Manifest) -> bool:
        try:
            return await self.digest(image, tag) == manifest.digest
        except UpstreamError:
            return False


def _ask(method: str, image: str, reference: str) -> Ask:
    check_reference(reference)
    repository = repository_of(image)
    mark = "@" if is_digest(reference) else ":"
    subject = f"{repository}{mark}{reference}"
    return Ask(method, f"{repository}/manifests/{reference}", Scope(repository), subject, _ACCEPT)


def _said_digest(answer: Answer, reference: str) -> str:
    """The digest in the header of an answer to HEAD, where it can be believed; else ""."""
    said: str = answer.headers.get("Docker-Content-Digest", "")
    believable = is_digest(said) and answer.media_type in MEDIA_TYPES
    return said if believable and (said == reference or not is_digest(reference)) else ""
