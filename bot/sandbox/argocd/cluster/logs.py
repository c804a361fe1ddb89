"""What the pods of the sandbox write (pure)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.argocd.cluster.pods import Pod

ROUTES = ("/healthz", "/v1/messages", "/v1/users/me", "/v1/search?q=tea", "/metrics", "/v1/rooms")
LINES_KEPT = 200
EVERY = timedelta(seconds=7)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a container."""

    content: str
    at: datetime
    pod: str


def container_lines(
    pod: Pod, container: str, now: datetime, *, previous: bool = False
) -> list[Line]:
    """All kept lines of one container, oldest first."""
    if container == "linkerd-proxy":
        return _lines(pod, now, "[{at}s] INFO ThreadId(01) linkerd2_proxy: Serving {route}", 20)
    if pod.reason in ("ImagePullBackOff", "ContainerCreating"):
        return []
    if pod.reason == "CrashLoopBackOff":
        return _crash(pod, now)
    if previous:
        return []
    return _lines(pod, now, '{{"level":"info","msg":"request","path":"{route}","ms":{ms}}}')


def _lines(pod: Pod, now: datetime, form: str, most: int = LINES_KEPT) -> list[Line]:
    age = now - pod.created_at
    newest = int(age / EVERY)
    lines = []
    for number in range(max(0, newest - most), newest + 1):
        byte = hashlib.sha256(f"{pod.name}{number}".encode()).digest()[0]
        text = form.format(at=number * 7, route=ROUTES[byte % len(ROUTES)], ms=byte)
        lines.append(Line(text, pod.created_at + EVERY * number, pod.name))
    return lines


def _crash(pod: Pod, now: datetime) -> list[Line]:
    version = pod.image.rpartition(":")[2]
    began = max(pod.created_at, now - timedelta(seconds=30))
    texts = (
        f'{{"level":"info","msg":"starting","version":"{version}"}}',
        '{"level":"info","msg":"reading configuration"}',
        '{"level":"error","msg":"cannot connect","dsn":"postgres://link:hunter2@pgbouncer/link"}',
        "panic: cannot connect to postgres",
        "goroutine 1 [running]:",
        "main.main()",
        "\t/src/cmd/server/main.go:61 +0x2f4",
    )
    return [
        Line(text, began + timedelta(milliseconds=120 * number), pod.name)
        for number, text in enumerate(texts)
    ]
