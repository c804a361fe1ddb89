"""What `/metrics` tells of the running services: deployments, outbox, Argo CD, what is away."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.deployments.deployment import Deployment
from bot.deployments.events import DeploymentEnded, DeploymentEvent

if TYPE_CHECKING:
    from bot.services import Services

_SECONDS = (15, 30, 60, 120, 180, 300, 600, 900, 1800, 3600)


class Measures(Collector):
    """Counts deployments as they end; reads all else off the services when it is asked."""

    def __init__(
        self, services: Services, registry: CollectorRegistry, faults: Mapping[str, int]
    ) -> None:
        self._services = services
        self._faults = faults
        self._ended = Counter(
            "shipmate_deployments",
            "Deployments that ended, by kind, environment and outcome",
            ("kind", "environment", "outcome"),
            registry=registry,
        )
        self._seconds = Histogram(
            "shipmate_deployment_seconds",
            "Time from a deployment's request to its end",
            ("kind", "environment", "outcome"),
            buckets=_SECONDS,
            registry=registry,
        )
        registry.register(self)
        services.ledger.listeners.append(self._hear)

    def collect(self) -> Iterator[Metric]:
        """The state of things now."""
        yield self._open()
        yield from self._outbox()
        yield from self._argocd()
        away = GaugeMetricFamily("shipmate_degraded", "Systems that are away", labels=["system"])
        for system in self._services.reachability.degraded:
            away.add_metric([system], 1)
        yield away
        faults = CounterMetricFamily(
            "shipmate_worker_faults", "Bugs that workers outlived, by worker", labels=["worker"]
        )
        for worker, number in self._faults.items():
            faults.add_metric([worker], number)
        yield faults

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: the services are not asked before they run."""
        yield from ()

    def _hear(self, deployment: Deployment, event: DeploymentEvent) -> None:
        if isinstance(event, DeploymentEnded):
            request = deployment.request
            labels = (request.kind, request.environment or "several", event.outcome.value)
            self._ended.labels(*labels).inc()
            self._seconds.labels(*labels).observe((event.at - request.at).total_seconds())

    def _open(self) -> Metric:
        states = Tally(deployment.state.value for deployment in self._services.ledger.open())
        found = GaugeMetricFamily(
            "shipmate_open_deployments", "Deployments that have not ended", labels=["state"]
        )
        for state, number in states.items():
            found.add_metric([state], number)
        return found

    def _outbox(self) -> Iterator[Metric]:
        owed = self._services.outbox.undelivered
        failing = [each for each in owed if each.why]
        yield GaugeMetricFamily(
            "shipmate_outbox_owed", "Messages that wait for Slack", value=len(owed)
        )
        yield GaugeMetricFamily(
            "shipmate_outbox_undelivered",
            "Messages whose last attempt Slack did not take",
            value=len(failing),
        )

    def _argocd(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            "shipmate_argocd_requests", "Requests sent to Argo CD, by kind", labels=["kind"]
        )
        for kind, number in self._services.argocd.requests.items():
            requests.add_metric([kind], number)
        yield requests
        watch = self._services.applications
        yield GaugeMetricFamily(
            "shipmate_argocd_age_seconds",
            "Time since Argo CD last said that the view of its applications is true",
            value=watch.age_seconds,
        )
        yield GaugeMetricFamily(
            "shipmate_argocd_stream_connected",
            "Whether the stream of applications is open",
            value=int(watch.connected),
        )
