"""The sandbox's registry: the images of all builds, and what happens to them meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.github.history import AppCommit, History
from bot.sandbox.gitrepo.files import SERVICES
from bot.sandbox.registry.faults import Faults
from bot.sandbox.registry.gate import Gate, Login
from bot.sandbox.registry.images import build, past_builds, tags_of
from bot.sandbox.registry.issuer import Issuer
from bot.sandbox.registry.refusal import refusal
from bot.sandbox.registry.routes import Api
from bot.sandbox.registry.storage import Refused, Repository, Storage
from integrations.clock import Clock

_VERSION = {"Docker-Distribution-Api-Version": "registry/2.0"}


@dataclass(frozen=True)
class Call:
    """One request that came in; `status` 0 where it was cut off."""

    method: str
    path: str
    status: int


class SandboxRegistry:
    """A registry that holds an image of each service for each green build of `history`.

    With a `token` it asks for a login: by tokens of its own token service ("bearer", as GHCR
    does), or by HTTP Basic. Images are named "ghcr.io/link/user-svc", "link/user-svc" or
    "user-svc", as one likes.
    """

    def __init__(
        self,
        clock: Clock,
        history: History | None = None,
        *,
        username: str = "",
        token: str = "",
        login: Login = "bearer",
    ) -> None:
        self.clock = clock
        self.storage = Storage()
        self.issuer = Issuer(clock, username=username, token=token)
        self.gate = Gate(login if token else "none", self.issuer)
        self.faults = Faults()
        self.calls: list[Call] = []
        if history is not None:
            newest = history.commits[history.branches["develop"]]
            for commit, released in past_builds(history):
                self.add_build(commit, released=released, latest=commit is newest)

    def app(self) -> web.Application:
        """The distribution API at /v2/…, and the token service at /token."""
        app = web.Application(
            middlewares=[self._record, self.faults.middleware, self.gate.middleware, _explain],
            client_max_size=8 * 1024 * 1024,
        )
        app.add_routes(Api(self.storage, self.faults).routes())
        app.add_routes([web.get("/token", self.issuer.answer)])
        return app

    @property
    def requests(self) -> Counter[str]:
        """How often each method and path was asked for."""
        return Counter(f"{call.method} {call.path}" for call in self.calls)

    def add_build(
        self,
        commit: AppCommit,
        *,
        released: bool = False,
        latest: bool = True,
        services: Iterable[str] = SERVICES,
    ) -> None:
        """The pipeline pushes the images of a commit, as sha-<commit>.

        A released one is v<date>-<commit> as well, and `latest` moves along unless told not to.
        """
        tags = tags_of(commit, released=released)
        for service in services:
            image = build(service, commit.sha)
            self.storage.add(repository(service), image, *tags, *(["latest"] if latest else []))

    def add_image(self, tag: str, *, services: Iterable[str] = SERVICES, content: str = "") -> None:
        """Somebody pushes images under any tag; `content` tells images of one tag apart."""
        for service in services:
            self.storage.add(repository(service), build(service, content or tag), tag)

    def digest(self, image: str, tag: str) -> str:
        """What a tag names now, or ""."""
        return self._repository(image).tags.get(tag, "")

    def pull(self, reference: str) -> str:
        """The digest that a node gets for "image:tag", "image@digest" or both; "" for none.

        Where there is a digest, the tag counts for nothing.
        """
        name, at, digest = reference.partition("@")
        image, _, tag = name.rpartition(":") if ":" in name else (name, "", "latest")
        if not at:
            return self.digest(image, tag)
        return digest if digest in self._repository(image).manifests else ""

    def move_tag(self, image: str, tag: str, to: str = "") -> str:
        """Somebody lets a tag name another image: that of the tag or digest `to`, or a new one.

        Returns the new digest.
        """
        name = repository(image)
        if to:
            digest = self.digest(name, to) or to
        else:
            number = len(self.storage.repositories[name].manifests)
            new = build(name.rpartition("/")[2], f"pushed by hand over {tag} ({number})")
            self.storage.add(name, new)
            digest = new.digest
        self.storage.repositories[name].tags[tag] = digest
        return digest

    def lose_image(self, image: str, tag: str) -> None:
        """Somebody deletes an image, with all its tags."""
        self.storage.delete_manifest(repository(image), self.digest(image, tag))

    def _repository(self, image: str) -> Repository:
        return self.storage.repositories.get(repository(image), Repository())

    @web.middleware
    async def _record(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        status = 0
        try:
            answer = await handler(request)
            was_cut = request.transport is None or request.transport.is_closing()
            status = 0 if was_cut else answer.status
        finally:
            self.calls.append(Call(request.method, request.path, status))
        return answer


def repository(image: str) -> str:
    """The repository of an image, however it is named."""
    host, _, rest = image.partition("/")
    name = rest if "." in host or ":" in host else image
    return name if "/" in name else f"link/{name}"


@web.middleware
async def _explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        answer = await handler(request)
    except Refused as refused:
        answer = refusal(refused)
    except web.HTTPNotFound:
        answer = web.Response(status=404, text="404 page not found\n")
    answer.headers.update(_VERSION)
    return answer
