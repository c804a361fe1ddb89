"""The distribution API of the sandbox's registry.

https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#endpoints
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import uuid4

from aiohttp import web

from bot.sandbox.registry.images import OCI_INDEX, Stored
from bot.sandbox.registry.storage import Refused, Storage, is_reference

if TYPE_CHECKING:
    from bot.sandbox.registry.faults import Faults

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_NAME = rf"{{name:{_COMPONENT}(?:/{_COMPONENT})*}}"
_LIMIT = 4 * 1024 * 1024


class Api:
    """The handlers of one registry."""

    def __init__(self, storage: Storage, faults: Faults) -> None:
        self._storage = storage
        self._faults = faults
        self._uploads: set[str] = set()

    def routes(self) -> list[web.RouteDef]:
        """Everything that is served; HEAD goes with GET."""
        manifests = f"/v2/{_NAME}/manifests/{{reference}}"
        return [
            web.get("/v2/", self.base),
            web.get(manifests, self.manifest),
            web.put(manifests, self.put_manifest),
            web.delete(manifests, self.delete_manifest),
            web.get(f"/v2/{_NAME}/tags/list", self.tags),
            web.get(f"/v2/{_NAME}/blobs/{{digest}}", self.blob),
            web.post(f"/v2/{_NAME}/blobs/uploads/", self.begin_upload),
            web.put(f"/v2/{_NAME}/blobs/uploads/{{upload}}", self.end_upload),
        ]

    async def base(self, request: web.Request) -> web.Response:
        """GET /v2/: whether this is a registry, and who may know."""
        del request
        return web.json_response({})

    async def manifest(self, request: web.Request) -> web.Response:
        """GET and HEAD of a manifest, in a type that was asked for."""
        stored = self._storage.manifest(request.match_info["name"], _reference(request))
        if stored.media_type not in _accepted(request):
            what = "index" if stored.media_type == OCI_INDEX else "manifest"
            plural = "indexes" if what == "index" else "manifests"
            said = f"OCI {what} found, but accept header does not support OCI {plural}"
            raise Refused(404, "MANIFEST_UNKNOWN", said)
        headers = {"Content-Type": stored.media_type, "ETag": f'"{stored.digest}"'}
        if not self._faults.without_digests:
            headers["Docker-Content-Digest"] = stored.digest
        return web.Response(body=stored.content, headers=headers)

    async def put_manifest(self, request: web.Request) -> web.Response:
        """PUT of a manifest under a tag or its digest."""
        name, reference = request.match_info["name"], _reference(request)
        content = await request.read()
        if len(content) > _LIMIT:
            said = "http: request body too large"
            raise Refused(400, "MANIFEST_INVALID", "manifest invalid", said)
        stored = Stored(content, request.headers.get("Content-Type", "").partition(";")[0])
        self._storage.put_manifest(name, reference, stored)
        return _created(f"/v2/{name}/manifests/{stored.digest}", stored.digest)

    async def delete_manifest(self, request: web.Request) -> web.Response:
        """DELETE of a manifest by its digest."""
        reference = _reference(request)
        if ":" not in reference:
            raise Refused(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
        self._storage.delete_manifest(request.match_info["name"], reference)
        return web.Response(status=202)

    async def tags(self, request: web.Request) -> web.Response:
        """GET of the tags in lexical order, as many as were asked for or as fit on a page."""
        name = request.match_info["name"]
        names = sorted(self._storage.known(name).tags)
        if last := request.query.get("last", ""):
            names = [tag for tag in names if tag > last]
        asked = request.query.get("n", "")
        size = min(int(asked) if asked.isdigit() else 1000, self._faults.page)
        headers = {}
        if size < len(names):
            names = names[:size]
            query = urlencode({"last": names[-1] if names else last, "n": size})
            headers["Link"] = f'</v2/{name}/tags/list?{query}>; rel="next"'
        return web.json_response({"name": name, "tags": names}, headers=headers)

    async def blob(self, request: web.Request) -> web.Response:
        """GET and HEAD of a blob."""
        digest = request.match_info["digest"]
        blob = self._storage.known(request.match_info["name"]).blobs.get(digest)
        if blob is None:
            raise Refused(404, "BLOB_UNKNOWN", "blob unknown to registry", digest)
        return web.Response(body=blob.content, headers={"Docker-Content-Digest": digest})

    async def begin_upload(self, request: web.Request) -> web.Response:
        """POST: where a blob may be put."""
        upload = str(uuid4())
        self._uploads.add(upload)
        location = f"/v2/{request.match_info['name']}/blobs/uploads/{upload}"
        return web.Response(status=202, headers={"Location": location, "Range": "0-0"})

    async def end_upload(self, request: web.Request) -> web.Response:
        """PUT of a whole blob."""
        upload, name = request.match_info["upload"], request.match_info["name"]
        if upload not in self._uploads:
            raise Refused(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")
        digest = request.query.get("digest", "")
        self._storage.put_blob(name, digest, await request.read())
        self._uploads.discard(upload)
        return _created(f"/v2/{name}/blobs/{digest}", digest)


def _created(location: str, digest: str) -> web.Response:
    return web.Response(status=201, headers={"Location": location, "Docker-Content-Digest": digest})


def _reference(request: web.Request) -> str:
    reference = request.match_info["reference"]
    if not is_reference(reference):
        raise web.HTTPNotFound(text="404 page not found\n")
    return reference


def _accepted(request: web.Request) -> set[str]:
    """The media types of all Accept headers; wildcards count for nothing here."""
    listed = ",".join(request.headers.getall("Accept", [])).split(",")
    return {one.partition(";")[0].strip() for one in listed}
