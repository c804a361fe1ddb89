"""The load generator: signed slash commands over raw sockets, in a process of its own.

Reads one Load as JSON from stdin, writes one Outcome as JSON to stdout. Every connection keeps
exactly one request in flight (a closed loop). Requests are signed before the clock starts.
"""

from __future__ import annotations

import gc
import json
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from urllib.parse import urlencode

from bot.sandbox.slack.delivery import signature

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(frozen=True)
class Load:
    """What to send. Each request has a trigger of its own: `run`.0, `run`.1 and so on.

    `people` type in turn. An answer is an ack when it is a 200 whose body contains `expected`.
    """

    port: int
    run: str
    connections: int
    requests: int
    secret: str
    people: tuple[str, ...] = ("U0DANA",)
    expected: str = ""


@dataclass
class Outcome:
    """What came back. `seconds` is the whole run, `latencies` one request each."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    acked: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)  # the beginnings of answers that are no acks

    @property
    def p50_ms(self) -> float:
        """The median latency in milliseconds."""
        return self._quantile(0.5)

    @property
    def p99_ms(self) -> float:
        """What one request in a hundred exceeds, in milliseconds."""
        return self._quantile(0.99)

    @property
    def rps(self) -> float:
        """Acks per second."""
        return len(self.acked) / self.seconds

    def _quantile(self, q: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * q))] * 1000


@dataclass(slots=True)
class _Connection:
    """One socket, and the request that it waits for."""

    socket: socket.socket
    trigger: str = ""
    sent_at: float = 0.0
    received: bytes = b""

    def send(self, trigger: str, request: bytes) -> None:
        self.trigger, self.received = trigger, b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def is_answered(self) -> bool:
        """Read what there is; whether the answer is whole. ConnectionError when it never will."""
        chunk = self.socket.recv(65536)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        self.received += chunk
        head, end, body = self.received.partition(_END_OF_HEAD)
        if not end:
            return False
        _, named, after = head.lower().partition(_LENGTH)
        return len(body) >= (int(after.split(b"\r", 1)[0]) if named else 0)


def run(load: Load) -> Outcome:
    """Send everything."""
    requests = _signed(load)
    outcome, expected = Outcome(), load.expected.encode()
    waiting = selectors.DefaultSelector()
    for _ in range(load.connections):
        connection = _Connection(socket.create_connection(("127.0.0.1", load.port)))
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.register(connection.socket, selectors.EVENT_READ, connection)
    gc.disable()
    began = time.perf_counter()
    for key in waiting.get_map().values():
        key.data.send(*next(requests))
    while waiting.get_map():
        for key, _ in waiting.select(30):
            connection = key.data
            if connection.is_answered():
                _note(outcome, connection, expected)
                following = next(requests, None)
                if following is None:
                    waiting.unregister(connection.socket)
                else:
                    connection.send(*following)
    outcome.seconds = time.perf_counter() - began
    return outcome


def _note(outcome: Outcome, connection: _Connection, expected: bytes) -> None:
    outcome.latencies.append(time.perf_counter() - connection.sent_at)
    if connection.received.startswith(b"HTTP/1.1 200") and expected in connection.received:
        outcome.acked.append(connection.trigger)
    else:
        outcome.other.append(connection.received[:500].decode(errors="replace"))


def _signed(load: Load) -> Iterator[tuple[str, bytes]]:
    stamp = str(int(time.time()))
    made = []
    for number in range(load.requests):
        trigger = f"{load.run}.{number}"
        body = _body(trigger, load.people[number % len(load.people)], number)
        head = (
            "POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
            f"X-Slack-Request-Timestamp: {stamp}\r\n"
            f"X-Slack-Signature: {signature(load.secret, stamp, body)}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        made.append((trigger, head.encode() + body))
    return iter(made)


def _body(trigger: str, person: str, number: int) -> bytes:
    fields = {
        "token": "verification-token",
        "team_id": "T0LINK",
        "team_domain": "link",
        "channel_id": "C0DEPLOY",
        "channel_name": "deployments",
        "user_id": person,
        "user_name": "someone",
        "command": "/deploy",
        "text": f"staging sha-{number:07x}",
        "api_app_id": "A0SHIPMATE",
        "is_enterprise_install": "false",
        "response_url": "http://127.0.0.1:1/response/nobody",
        "trigger_id": trigger,
    }
    return urlencode(fields).encode()


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    json.dump(asdict(run(Load(**{**asked, "people": tuple(asked["people"])}))), sys.stdout)
