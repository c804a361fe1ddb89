"""Logs as a stream that ends with `last`; trouble with containers comes as content."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from bot.sandbox.argocd.api.call import Call, Json
from bot.sandbox.argocd.api.errors import ApiError, Code, invalid
from bot.sandbox.argocd.api.fields import FrameMask
from bot.sandbox.argocd.api.streams import Frames
from bot.sandbox.argocd.cluster.logs import Line, container_lines
from bot.sandbox.argocd.cluster.pods import Pod, pods_of
from bot.sandbox.argocd.state import AppState
from bot.sandbox.argocd.wire.parts import timestamp

MOST_PODS = 10  # server.maxPodLogsToRender
NO_TIME = "0001-01-01T00:00:00Z"


async def stream_logs(call: Call) -> web.StreamResponse:
    """Lines of the chosen pods, oldest first; no pods at all is an empty 200."""
    app = call.application()
    if not call.who.account.may("logs", app.name):
        what = f"permission denied: logs, get, {app.definition.project}/{app.name}"
        raise ApiError(Code.PERMISSION_DENIED, what)
    pods = chosen_pods(call, app)
    frames = Frames(call.request, FrameMask([]))
    if not pods:
        frames.response.headers["Content-Type"] = "application/json"
        await frames.response.prepare(call.request)
        return frames.response
    if len(pods) > MOST_PODS:
        what = "max pods to view logs are reached. Please provide more granular query"
        raise invalid(what)
    for line in lines_of(call, pods):
        await frames.send("", as_frame(line))
    now = call.simulation.clock.now()
    last: Json = {"content": "", "timeStamp": timestamp(now), "last": True}
    last |= {"timeStampStr": timestamp(now), "podName": ""}
    await frames.send("", {"result": last})
    return frames.response


def chosen_pods(call: Call, app: AppState) -> list[Pod]:
    """The pods that the path and the query leave."""
    name = call.request.match_info.get("podName") or call.query("podName")
    kind, resource = call.query("kind"), call.query("resourceName")
    now = call.simulation.clock.now()
    pods = []
    for live in app.live.values():
        is_meant = not resource or live.key.name == resource
        for pod in pods_of(live, now):
            if name and pod.name != name:
                continue
            if kind == "Pod" and resource:
                is_meant = pod.name == resource
            elif kind == "ReplicaSet" and resource:
                is_meant = pod.owner == resource
            elif kind and live.key.kind != kind:
                is_meant = False
            if is_meant:
                pods.append(pod)
    return pods


def lines_of(call: Call, pods: list[Pod]) -> list[Line | str]:
    """Lines in the order of time, after the complaints, which have none."""
    now = call.simulation.clock.now()
    tail, seconds = call.number("tailLines"), call.number("sinceSeconds")
    wanted, previous = call.query("container"), call.query("previous") == "true"
    text = call.query("filter")
    complaints: list[Line | str] = []
    found: list[Line] = []
    for pod in pods:
        complaint = complaint_about(pod, wanted)
        if complaint:
            complaints.append(complaint)
            continue
        lines = container_lines(pod, wanted or pod.containers[0], now, previous=previous)
        if seconds:
            lines = [line for line in lines if now - line.at <= timedelta(seconds=seconds)]
        found.extend(lines[-tail:] if tail else lines)
    if text:
        wants = not text.startswith("!")
        found = [line for line in found if (text.lstrip("!") in line.content) == wants]
    return [*complaints, *sorted(found, key=lambda line: line.at)]


def complaint_about(pod: Pod, container: str) -> str:
    """What Kubernetes says instead of a log, or ""."""
    if container and container not in pod.containers:
        return f"container {container} is not valid for pod {pod.name}"
    if not container and len(pod.containers) > 1:
        choices = " ".join(pod.containers)
        return f"a container name must be specified for pod {pod.name}, choose one of: [{choices}]"
    meant = container or pod.containers[0]
    if meant == pod.containers[0] and pod.reason in ("ImagePullBackOff", "ContainerCreating"):
        why = "trying and failing to pull image" if "Pull" in pod.reason else pod.reason
        return f'container "{meant}" in pod "{pod.name}" is waiting to start: {why}'
    return ""


def as_frame(line: Line | str) -> Json:
    """One LogEntry; a complaint carries the zero time."""
    if isinstance(line, str):
        entry: Json = {"content": line, "timeStamp": NO_TIME, "last": False}
        return {"result": entry | {"timeStampStr": NO_TIME, "podName": ""}}
    precise = line.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    entry = {"content": line.content, "timeStamp": timestamp(line.at), "last": False}
    return {"result": entry | {"timeStampStr": precise, "podName": line.pod}}
