"""What a revision says: its commit, and the manifests it renders to."""

from __future__ import annotations

import json

from bot.sandbox.argocd.api.call import Call, Json
from bot.sandbox.argocd.api.errors import ApiError, Code
from bot.sandbox.argocd.cluster.manifests import rendered
from bot.sandbox.argocd.repository import RepositoryError
from bot.sandbox.argocd.wire.parts import CLUSTER, timestamp


async def revision_metadata(call: Call) -> Json:
    """Author, date and message of a commit; nothing for a chart's version."""
    app = call.application()
    revision = call.request.match_info["revision"]
    number = call.number("sourceIndex")
    if app.definition.sources[min(number, len(app.definition.sources) - 1)].chart:
        return {}
    try:
        found = await call.simulation.repository.metadata(revision)
    except RepositoryError as error:
        raise ApiError(Code.UNKNOWN, str(error)) from error
    document: Json = {"author": found.author, "date": timestamp(found.at)}
    if found.tags:
        document["tags"] = list(found.tags)
    return document | {"message": found.message}


async def get_manifests(call: Call) -> Json:
    """Manifests at a revision, each as JSON in a string."""
    app = call.application()
    definition = app.definition
    asked = call.query("revision")
    try:
        revisions = tuple([await call.target.resolve(s, asked) for s in definition.sources])
        images = await call.target.images(app, revisions)
    except RepositoryError as error:
        raise ApiError(Code.UNKNOWN, str(error)) from error
    documents = [
        json.dumps(rendered(m, definition.destination, images[m.key(definition.destination)]))
        for m in definition.manifests
    ]
    return {
        "manifests": documents,
        "namespace": definition.destination,
        "server": CLUSTER,
        "revision": revisions[0],
        "sourceType": "Helm" if definition.sources[0].chart else "Kustomize",
    }
