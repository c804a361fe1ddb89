"""The sandbox's Argo CD against Argo CD's own swagger, and against hand-written samples."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bot.sandbox.argocd import Manifest
from bot.sandbox.argocd.api.routes import ROUTES, Route
from tests.bot.sandbox.argocd.harness import Argo, running
from tests.bot.sandbox.argocd.small_gitops import small_gitops

pytestmark = pytest.mark.contract

Json = dict[str, Any]
STAGING = "/api/v1/applications/link-app-staging"


class Swagger:
    """The official document, made strict: an unknown field is a mistake."""

    def __init__(self, folder: Path) -> None:
        document = json.loads((folder / "argocd" / "swagger.json").read_text())
        self.paths: dict[str, dict[str, Json]] = document["paths"]
        self.definitions: dict[str, Json] = document["definitions"]
        self._correct()
        for definition in self.definitions.values():
            if "properties" in definition:
                definition["additionalProperties"] = False

    def _correct(self) -> None:
        """Where the wire is known to differ: Go's encoding/json inlines embedded structs."""
        for definition in self.definitions.values():
            for embedded in definition.pop("allOf", ()):
                name = str(embedded.get("$ref", "")).rpartition("/")[2]
                part = self.definitions[name] if name else embedded
                definition.setdefault("properties", {}).update(part.get("properties", {}))
        hook = self.definitions["v1alpha1SyncStrategyHook"]["properties"]
        hook["force"] = {"type": "boolean"}

    def check(self, value: object, schema: Json) -> None:
        jsonschema.Draft4Validator({**schema, "definitions": self.definitions}).validate(
            without_nulls(value)
        )

    def is_a(self, value: object, name: str) -> None:
        self.check(value, {"$ref": f"#/definitions/{name}"})

    def operation(self, route: Route) -> Json:
        found: Json = self.paths[route.path][route.method.lower()]
        return found

    def answers(self, route: Route, value: object) -> None:
        self.check(value, self.operation(route)["responses"]["200"]["schema"])


def without_nulls(value: object) -> object:
    """Go writes null for nil; swagger knows only absent."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_nulls(one) for one in value]
    return value


@pytest.fixture
def swagger(contracts: Path) -> Swagger:
    return Swagger(contracts)


@pytest.fixture
def samples(contracts: Path) -> Path:
    return contracts / "argocd" / "samples" / "synthetic"


@pytest.fixture
async def argo(tmp_path: Path) -> AsyncIterator[Argo]:
    async with running(small_gitops(tmp_path)) as argo:
        yield argo


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_and_parameter_is_in_swagger(swagger: Swagger, route: Route) -> None:
    parameters = swagger.operation(route).get("parameters", [])
    known = {one["name"] for one in parameters if one["in"] == "query"}
    assert set(route.query) <= known
    in_path = {one["name"] for one in parameters if one["in"] == "path"}
    assert in_path == {part[1:-1] for part in route.path.split("/") if part.startswith("{")}


async def test_every_unary_answer_is_what_swagger_describes(swagger: Swagger, argo: Argo) -> None:
    argo.sandbox.sync_window("allow")
    asked = await questions(argo)
    staging = argo.sandbox.application("link-app-staging")

    def has_begun() -> bool:
        return staging.state is not None

    routes = {route.kind: route for route in ROUTES}
    assert {kind for kind, _, _ in asked} == set(routes) - {"stream", "logs"}
    for kind, path, body in asked:
        if kind == "terminate":
            await argo.sandbox.until(has_begun)
        if body is not None:
            check_body(swagger, routes[kind], body)
        answer = await argo.client.request(
            routes[kind].method,
            path,
            content=json.dumps(body or {}) if routes[kind].method != "GET" else None,
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code == 200, f"{path}: {answer.text}"
        swagger.answers(routes[kind], answer.json())


async def questions(argo: Argo) -> list[tuple[str, str, Json | None]]:
    """One call or more of every kind but the streams: kind, path and body."""
    pod = await a_pod(argo)
    workload = "group=apps&kind=Deployment&version=v1&resourceName=user-svc"
    about_pod = f"resourceName={pod['name']}&resourceUID={pod['uid']}&resourceNamespace=x"
    head = (await argo.get("link-app-staging"))["status"]["sync"]["revision"]
    commands = {"kind": "Deployment", "group": "apps", "resourceName": "user-svc"}
    policy = {"spec": {"syncPolicy": {"automated": {"enabled": False}}}}
    merge = {"patchType": "merge", "patch": json.dumps(policy), "project": "link"}
    session = {"username": argo.sandbox.username, "password": argo.sandbox.password}
    return [
        ("version", "/api/version", None),
        ("settings", "/api/v1/settings", None),
        ("login", "/api/v1/session", session),
        ("logout", "/api/v1/session", None),
        ("userinfo", "/api/v1/session/userinfo", None),
        ("accounts", "/api/v1/account", None),
        ("account", "/api/v1/account/shipmate", None),
        ("can-i", "/api/v1/account/can-i/applications/sync/link/link-app-dev", None),
        ("list", "/api/v1/applications", None),
        ("list", "/api/v1/applications?fields=items.metadata.name,items.spec,items.status.x", None),
        ("get", STAGING, None),
        ("get", "/api/v1/applications/prometheus-stack?refresh=hard", None),
        ("tree", f"{STAGING}/resource-tree", None),
        ("managed-resources", f"{STAGING}/managed-resources?kind=Deployment", None),
        ("events", f"{STAGING}/events", None),
        ("events", f"{STAGING}/events?{about_pod}", None),
        ("resource", f"{STAGING}/resource?{workload}", None),
        ("resource", f"{STAGING}/resource?kind=Pod&version=v1&resourceName={pod['name']}", None),
        ("actions", f"{STAGING}/resource/actions?{workload}", None),
        ("action", f"{STAGING}/resource/actions/v2", {**commands, "action": "restart"}),
        ("manifests", f"{STAGING}/manifests?revision=main", None),
        ("revision", f"{STAGING}/revisions/{head}/metadata", None),
        ("syncwindows", f"{STAGING}/syncwindows", None),
        ("projects", "/api/v1/projects", None),
        ("project", "/api/v1/projects/link", None),
        ("project-windows", "/api/v1/projects/link/syncwindows", None),
        ("sync", f"{STAGING}/sync", {"infos": [{"name": "a", "value": "b"}]}),
        ("terminate", f"{STAGING}/operation", None),
        ("patch", "/api/v1/applications/link-app-dev", merge),
        ("rollback", "/api/v1/applications/link-frontend/rollback", {"id": 0}),
    ]


def check_body(swagger: Swagger, route: Route, body: Json) -> None:
    parameters = swagger.operation(route)["parameters"]
    swagger.check(body, next(one["schema"] for one in parameters if one["in"] == "body"))


async def a_pod(argo: Argo) -> Json:
    tree = (await argo.client.get(f"{STAGING}/resource-tree")).json()
    return next(node for node in tree["nodes"] if node["kind"] == "Pod")


async def test_streams_and_logs_are_what_swagger_describes(swagger: Swagger, argo: Argo) -> None:
    routes = {route.kind: route for route in ROUTES}
    async with argo.stream() as frames:
        for _ in range(27):
            swagger.answers(routes["stream"], await frames.next())
    path = f"{STAGING}/logs?kind=Deployment&resourceName=user-svc&tailLines=3"
    for container in ("", "&container=user-svc"):
        for line in (await argo.client.get(path + container)).text.splitlines():
            swagger.answers(routes["logs"], json.loads(line))


async def test_applications_in_every_state_are_applications(swagger: Swagger, argo: Argo) -> None:
    sandbox = argo.sandbox

    async def check(name: str) -> Json:
        app = await argo.get(name)
        swagger.is_a(app, "v1alpha1Application")
        return app

    sandbox.break_tag("sha-bad0000")
    argo.gitops.deploy("staging", "sha-bad0000")
    sandbox.fail_next_sync("link-app-staging")
    sandbox.leave_behind("link-app-staging", Manifest("ConfigMap", "old"))
    swagger.is_a(
        (await argo.sync("link-app-staging", retryStrategy={"limit": 1})).json(),
        "v1alpha1Application",
    )
    state = sandbox.application("link-app-staging")
    await sandbox.until(lambda: state.state is not None and state.state.retry_count == 1)
    await check("link-app-staging")
    await argo.ends("link-app-staging")
    await check("link-app-staging")
    swagger.is_a(await argo.becomes("link-app-staging", "Degraded"), "v1alpha1Application")
    tree = await argo.client.get(f"{STAGING}/resource-tree")
    swagger.is_a(tree.json(), "v1alpha1ApplicationTree")
    sandbox.recreate("alert-rules")
    await check("alert-rules")
    await argo.becomes("alert-rules", "Missing")
    await check("alert-rules")
    argo.gitops.path.rename(argo.gitops.path.with_suffix(".away"))
    app = await argo.get("link-app-production", refresh="hard")
    assert app["status"]["conditions"]
    swagger.is_a(app, "v1alpha1Application")


async def test_refusals_are_word_for_word_argo_cd_s(
    swagger: Swagger, samples: Path, argo: Argo
) -> None:
    def sample(name: str) -> Json:
        found: Json = json.loads((samples / name).read_text())
        return found

    argo.sandbox.start_foreign_operation("link-app-staging")
    busy = (await argo.sync("link-app-staging")).json()
    assert busy == sample("error-400-op-in-progress.json")
    swagger.is_a(busy, "runtimeError")
    body = {"id": 0}
    rollback = await argo.client.post("/api/v1/applications/link-app-dev/rollback", json=body)
    assert rollback.json() == sample("error-400-rollback-autosync.json")
    gone = await argo.client.get("/api/v1/applications/nope")
    assert gone.json() == sample("error-403-missing-app-without-project.json")
    gone = await argo.client.get("/api/v1/applications/nope?project=link")
    assert gone.json() == sample("error-404-missing-app-with-project.json")
    argo.sandbox.expire_tokens()
    stream = await argo.client.get("/api/v1/stream/applications")
    assert stream.json() == sample("stream-error-401.json")
    swagger.is_a(stream.json()["error"], "runtimeStreamError")


async def test_a_finished_deployment_has_every_field_of_the_sample(
    samples: Path, argo: Argo
) -> None:
    argo.gitops.deploy("dev", "sha-abcdef1")
    await argo.sync("link-app-dev", infos=[{"name": "a", "value": "b"}])
    await argo.ends("link-app-dev")
    app = await argo.becomes("link-app-dev", "Healthy", "Synced")
    sample = json.loads((samples / "healthy-synced-succeeded.json").read_text())
    assert paths(sample) - paths(app) == set()


def paths(value: object, prefix: str = "") -> set[str]:
    """Every field by its path; the elements of a list count as one."""
    if isinstance(value, list):
        return {path for one in value for path in paths(one, f"{prefix}[]")}
    if not isinstance(value, dict):
        return {prefix}
    inner = {path for k, v in value.items() for path in paths(v, f"{prefix}.{k}".lstrip("."))}
    return inner | {prefix}
