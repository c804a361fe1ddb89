"""What the bot counts, in a registry of its own."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest


class Metrics:
    """Counters for `GET /metrics`; others may add their own to `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._known: dict[tuple[str, str, str], tuple[Counter, Histogram]] = {}
        self._answers = Counter(
            "shipmate_requests",
            "Requests answered, by command, door and outcome",
            ("command", "door", "outcome"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "shipmate_request_seconds",
            "Time from finding a command to its answer",
            ("command",),
            buckets=(0.005, 0.025, 0.1, 0.5, 1, 3, 10, 30),
            registry=self.registry,
        )
        self._refusals = Counter(
            "shipmate_refused_requests",
            "Requests refused before anything read them, by status",
            ("status",),
            registry=self.registry,
        )

    def answered(self, command: str, door: str, outcome: str, seconds: float) -> None:
        """A request has its answer, after `seconds`."""
        counted, timed = self._series(command, door, outcome)
        counted.inc()
        timed.observe(seconds)

    def refused(self, status: int) -> None:
        """A request was turned away at the edge."""
        self._refusals.labels(str(status)).inc()

    def _series(self, command: str, door: str, outcome: str) -> tuple[Counter, Histogram]:
        """What `labels` looks up under a lock, remembered: there are few series, and all stay."""
        key = command, door, outcome
        if key not in self._known:
            self._known[key] = self._answers.labels(*key), self._seconds.labels(command)
        return self._known[key]

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self.registry)
