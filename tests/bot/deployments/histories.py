"""Histories of deployments, told event by event, a second apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.access import Actor, Door
from bot.deployments.deployment import Deployment
from bot.deployments.events import (
    ApplicationEnded,
    AppOutcome,
    BuildFound,
    CancelRequested,
    CommitIntended,
    Committed,
    DeploymentEnded,
    DeploymentEvent,
    DeploymentPlanned,
    DeploymentQueued,
    DeploymentRequested,
    DeploymentStarted,
    Outcome,
    QueueHeld,
    QueueResumed,
    Reverted,
    RevertIntended,
    SyncIntended,
    SyncSkipped,
    SyncStarted,
    SyncTarget,
    WaveStarted,
)
from bot.deployments.folding import fold
from bot.deployments.plan import Build, ImageChange, Plan, PlannedApplication

T0 = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
DANA = Actor(id="U0DANA", name="Dana Developer")
OLU = Actor(id="U0OLU", name="Olu On-Call")
PIPELINE = Actor(kind="ci", id="link/app", name="link/app", door=Door.API)
BASE, OURS, EARLIER_AGAIN = "b" * 40, "c" * 40, "e" * 40
OLD, NEW = "sha-0000001", "sha-abc1234"


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def planned_application(name: str, wave: int = 0, *, auto_sync: bool = False) -> PlannedApplication:
    return PlannedApplication(
        name=name, namespace="argocd", project="link", uid=f"u-{name}", wave=wave,
        environment="staging", auto_sync=auto_sync,
    )  # fmt: skip


def change(service: str, before: str = OLD, after: str = NEW, application: str = "") -> ImageChange:
    image, file = f"ghcr.io/link/{service}", "environments/staging/kustomization.yaml"
    return ImageChange(
        service=service, image=image, file=file, before=before, after=after, application=application
    )


@dataclass(repr=False)
class History:
    """What has happened so far; every method adds one event, a second after the last."""

    events: list[DeploymentEvent] = field(default_factory=list)
    begins: float = 0

    def __repr__(self) -> str:
        return " ".join(event.type for event in self.events)

    def then(self, event: Callable[..., DeploymentEvent], **facts: object) -> History:
        self.events.append(event(at=at(self.begins + len(self.events)), **facts))
        return self

    @property
    def deployment(self) -> Deployment:
        return fold(self.events)

    def queued(self, *behind: str, tags: dict[str, str] | None = None) -> History:
        return self.then(DeploymentQueued, behind=behind, applications=("a",), tags=tags or {})

    def held(self, by: str, outcome: str = "Failed") -> History:
        return self.then(QueueHeld, by=by, outcome=outcome)

    def resumed(self) -> History:
        return self.then(QueueResumed, actor=DANA)

    def found(self, tag: str = NEW, sha: str = "abc1234") -> History:
        return self.then(BuildFound, build=Build(tag=tag, sha=sha))

    def started(self) -> History:
        return self.then(DeploymentStarted)

    def planned(
        self,
        *waves: Sequence[str],
        changes: Sequence[ImageChange] = (change("user-svc"),),
        auto_sync: Sequence[str] = (),
    ) -> History:
        apps = [
            tuple(planned_application(name, number, auto_sync=name in auto_sync) for name in wave)
            for number, wave in enumerate(waves)
        ]
        plan = Plan(base=BASE, changes=tuple(changes), waves=tuple(apps))
        return self.then(DeploymentPlanned, plan=plan)

    def intended(self) -> History:
        return self.then(CommitIntended, base=BASE)

    def committed(self, *, changed: bool = True) -> History:
        return self.then(Committed, sha=OURS if changed else BASE, changed=changed)

    def wave(self, number: int = 0) -> History:
        return self.then(WaveStarted, wave=number)

    def asked_to_sync(self, *names: str) -> History:
        for name in names:
            self.then(SyncIntended, application=name, operation_id=f"op-{name}")
        return self

    def syncing(self, *names: str) -> History:
        for name in names:
            self.asked_to_sync(name).then(SyncStarted, application=name)
        return self

    def skipped(self, *names: str) -> History:
        for name in names:
            self.then(SyncSkipped, application=name, why="already Synced and Healthy")
        return self

    def well(self, *names: str) -> History:
        for name in names:
            self.syncing(name).ended(name, AppOutcome.SUCCEEDED)
        return self

    def ended(self, name: str, outcome: AppOutcome, message: str = "") -> History:
        return self.then(ApplicationEnded, application=name, outcome=outcome, message=message)

    def cancelled(self, *, revert: bool = False, by: Actor = OLU) -> History:
        return self.then(CancelRequested, actor=by, revert=revert)

    def reverted(self, *names: str) -> History:
        self.then(RevertIntended, base=OURS)
        apps = tuple(planned_application(name) for name in names)
        return self.then(Reverted, sha=EARLIER_AGAIN, applications=apps)

    def over(self, outcome: Outcome = Outcome.SUCCEEDED, message: str = "") -> History:
        return self.then(DeploymentEnded, outcome=outcome, message=message)


def asked(
    key: str = "d1",
    *,
    applications: Sequence[str] = ("a",),
    services: Sequence[str] = (),
    actor: Actor = DANA,
    begins: float = 0,
    **facts: object,
) -> History:
    """A `/deploy` of the applications, asked for at second `begins`."""
    requested = DeploymentRequested.model_validate(
        {
            "at": at(begins),
            "id": key,
            "kind": "deploy",
            "actor": actor,
            "environment": "staging",
            "applications": tuple(applications),
            "channel": "#deployments",
            "services": tuple(services),
            **facts,
        }
    )
    return History([requested], begins)


def asked_to_sync(
    key: str = "d1", *, applications: Sequence[str] = ("a",), begins: float = 0, **target: object
) -> History:
    """A `/sync` of the applications."""
    named = tuple(applications)
    sync = SyncTarget.model_validate({"words": "these", "applications": named, **target})
    return asked(key, applications=named, begins=begins, kind="sync", sync=sync)
