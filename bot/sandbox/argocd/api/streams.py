"""The application stream: SSE or one JSON per line, first everything, then what changes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from aiohttp import web

from bot.sandbox.argocd.api.applications import selector
from bot.sandbox.argocd.api.call import Call, Json
from bot.sandbox.argocd.api.fields import FrameMask
from bot.sandbox.argocd.informer import Subscriber, WatchEvent


@dataclass(slots=True)
class Frames:
    """Writes frames the way argoproj/pkg's forwarder does.

    Nothing, not even headers, is sent before the first frame. A frame that looks like the last
    one of the same name is left out.
    """

    request: web.Request
    mask: FrameMask
    response: web.StreamResponse = field(default_factory=web.StreamResponse)
    last: dict[str, bytes] = field(default_factory=dict)

    @property
    def is_sse(self) -> bool:
        """Whether the client asked for server-sent events, in exactly these words."""
        return self.request.headers.get("Accept") == "text/event-stream"

    async def send(self, name: str, frame: Json) -> None:
        """One frame, masked; skipped when nothing of it changed."""
        payload = json.dumps(self.mask.of(frame), separators=(",", ":")).encode()
        if name and self.last.get(name) == payload:
            return
        self.last[name] = payload
        await self.write(b"data: %b \n\n\n" % payload if self.is_sse else payload + b"\n")

    async def write(self, raw: bytes) -> None:
        """Bytes as they are, after the headers."""
        if not self.response.prepared:
            kind = "text/event-stream" if self.is_sse else "application/json"
            self.response.headers["Content-Type"] = kind
            self.response.headers["Transfer-Encoding"] = "chunked"
            await self.response.prepare(self.request)
        await self.response.write(raw)


async def stream_applications(call: Call) -> web.StreamResponse:
    """ADDED for all, then every change; what happens between the two is lost, as in Argo CD."""
    frames = Frames(call.request, FrameMask(call.fields))
    informer = call.simulation.informer
    name = call.query("name")
    if name or not call.query("resourceVersion"):
        for row in sorted(informer.rows.values(), key=lambda row: str(row["metadata"]["name"])):
            event = WatchEvent("ADDED", row["metadata"]["name"], row)
            if is_wanted(call, event):
                await frames.send(event.name, as_frame(event))
    subscriber = informer.subscribe()
    try:
        await follow(call, frames, subscriber)
    except ConnectionError:
        pass
    finally:
        informer.unsubscribe(subscriber)
    return frames.response


async def follow(call: Call, frames: Frames, subscriber: Subscriber) -> None:
    """Until the client goes, or the stream is cut from here."""
    simulation = call.simulation
    while True:
        try:
            async with simulation.clock.timeout(simulation.timings.keepalive):
                event = await subscriber.queue.get()
        except TimeoutError:
            if call.request.transport is None:
                return
            if frames.is_sse and frames.response.prepared:
                await frames.write(b":\n")
            continue
        if event is None:
            return
        if is_wanted(call, event):
            await frames.send(event.name, as_frame(event))


def as_frame(event: WatchEvent) -> Json:
    """`{"result": {"type": …, "application": …}}`."""
    return {"result": {"type": event.change, "application": event.application}}


def is_wanted(call: Call, event: WatchEvent) -> bool:
    """The filters of the query, and the account's rights."""
    app = event.application
    name, projects = call.query("name"), call.queries("project") or call.queries("projects")
    if name and event.name != name:
        return False
    if projects and app["spec"]["project"] not in projects:
        return False
    labels = app["metadata"].get("labels", {})
    if any(labels.get(k) != v for k, v in selector(call.query("selector")).items()):
        return False
    return call.who.account.may("get", event.name)
