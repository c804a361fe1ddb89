"""A deployment's life with its waiting and looking up played, everything else the bot's own."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

from bot.access import Actor
from bot.deployments.actions import (
    Action,
    FindBuild,
    MakePlan,
    Rest,
    RunWave,
)
from bot.deployments.decide import decide
from bot.deployments.deployment import Deployment, Stage
from bot.deployments.events import (
    ApplicationEnded,
    AppOutcome,
    BuildFound,
    CancelRequested,
    DeploymentEvent,
    DeploymentPlanned,
    DeploymentRequested,
    QueueResumed,
    SyncIntended,
    SyncSkipped,
    SyncStarted,
    SyncTarget,
    read_event,
)
from bot.deployments.ledger import PREFIX, Ledger
from bot.deployments.plan import Build, Plan
from bot.deployments.steps import perform
from tests.bot.deployments.histories import DANA, NEW, OLU, change, planned_application
from tests.bot.deployments.pretend import ArgoCD, Git, Killed, Record, Ticking
from tests.bot.deployments.services import services


class Play:
    """Deployments over a record and a Git that survive every death of the process."""

    def __init__(self) -> None:
        self.record, self.git, self.clock = Record(), Git(), Ticking()
        self.count = 0
        self._raise_the_curtain()

    def _raise_the_curtain(self) -> None:
        self.ledger = Ledger(self.record, self.clock)
        self.services = services(
            ledger=self.ledger,
            clock=self.clock,
            gitops=self.git,
            argocd=ArgoCD(),
            store=SimpleNamespace(head=(len(self.record.all), "f" * 64)),
            applications=SimpleNamespace(applications={}),
            progress=SimpleNamespace(note=lambda *_: None),
        )

    async def new_life(self) -> None:
        """The process ends, and another takes up what was recorded."""
        self._raise_the_curtain()
        await self.ledger.load()

    async def ask(
        self,
        *names: str,
        tag: str = NEW,
        actor: Actor = DANA,
        is_sync: bool = False,
        when_green: int = 0,
    ) -> str:
        """A request for these services, each an application of its own; returns its id."""
        self.count += 1
        target = SyncTarget(words="these", applications=names) if is_sync else None
        requested = DeploymentRequested(
            at=self.clock.now(),
            id=f"d{self.count}",
            kind="sync" if is_sync else "deploy",
            actor=actor,
            environment="staging",
            applications=names,
            channel="#deployments",
            tag="" if is_sync else tag,
            services=() if is_sync else names,
            when_green=0 if is_sync else when_green,
            sync=target,
        )
        return (await self.ledger.request(requested)).id

    async def cancel(
        self, key: str, *, revert: bool = False, in_an_append: bool = False
    ) -> Deployment:
        """What the command records when somebody cancels.

        A ledger lets each deployment's writers take turns: what comes in between the decision
        and the append of one writer comes from elsewhere.
        """
        ledger = self.ledger
        if in_an_append:
            ledger = Ledger(self.record, self.clock)
            await ledger.load()

        def wish(d: Deployment) -> list[DeploymentEvent]:
            wanted = revert and d.commit_intended is not None
            asked = CancelRequested(at=self.clock.now(), actor=OLU, revert=wanted)
            return [] if d.cancel or d.ended else [asked]

        return await ledger.record(key, wish)

    async def resume(self, key: str) -> None:
        """What the command records when somebody says go on."""
        event = QueueResumed(at=self.clock.now(), actor=DANA)
        await self.ledger.record(key, lambda d: [event] if d.held else [])

    def next_of(self, key: str) -> Action:
        """What the deployment would do next."""
        deployment = self.ledger.get(key)
        return decide(deployment, self.ledger.ahead_of(deployment))

    async def act(self, key: str, outcome: AppOutcome = AppOutcome.SUCCEEDED) -> None:
        """One step; a death in its middle begins a new life."""
        action = self.next_of(key)
        if not isinstance(action, Rest):
            try:
                await self._step(self.ledger.get(key), action, outcome)
            except Killed:
                await self.new_life()

    async def until(self, key: str, action: type[Action]) -> None:
        """Steps that go well, until this one is next."""
        for _ in range(30):
            if isinstance(self.next_of(key), action):
                return
            await self.act(key)
        raise AssertionError(f"{key} never came to {action.__name__}")

    async def to_the_end(self, key: str, outcome: AppOutcome = AppOutcome.SUCCEEDED) -> Deployment:
        """Steps until nothing more is to be done."""
        for _ in range(40):
            await self.act(key, outcome)
        return self.ledger.get(key)

    def told(self, key: str) -> list[DeploymentEvent]:
        """The deployment's events, as they are recorded."""
        return [read_event(each.data) for each in self.record.streams[PREFIX + key]]

    async def _step(self, deployment: Deployment, action: Action, outcome: AppOutcome) -> None:
        now = self.clock.now()
        match action:
            case FindBuild():
                build = Build(tag=deployment.request.tag)
                await self._tell(deployment, BuildFound(at=now, build=build))
            case MakePlan():
                await self._tell(deployment, DeploymentPlanned(at=now, plan=self._plan(deployment)))
            case RunWave(applications=open_ones):
                await self._tell(deployment, self._progress(deployment, open_ones, outcome))
            case _:
                await perform(self.services, deployment, action)

    def _plan(self, deployment: Deployment) -> Plan:
        names = deployment.request.applications
        apps = [planned_application(name, wave) for wave, name in enumerate(names)]
        waves = ((apps[0],), tuple(apps[1:])) if len(apps) > 1 else (tuple(apps),)
        changes = tuple(change(s, self.git.tag(s), deployment.tag) for s in names)
        is_sync = deployment.request.kind == "sync"
        return Plan(base=self.git.head, changes=() if is_sync else changes, waves=waves)

    def _progress(
        self, deployment: Deployment, open_ones: Sequence[str], outcome: AppOutcome
    ) -> DeploymentEvent:
        now, name = self.clock.now(), open_ones[0]
        match deployment.runs[name].stage:
            case Stage.PENDING if deployment.request.kind == "sync" and outcome == "Succeeded":
                return SyncSkipped(at=now, application=name, why="already Synced and Healthy")
            case Stage.PENDING:
                return SyncIntended(at=now, application=name, operation_id=f"{deployment.id}-op")
            case Stage.INTENDED:
                return SyncStarted(at=now, application=name)
            case _:
                return ApplicationEnded(at=now, application=name, outcome=outcome)

    async def _tell(self, decided: Deployment, event: DeploymentEvent) -> None:
        await self.ledger.record(
            decided.id, lambda d: [] if d.ended or d.cancel != decided.cancel else [event]
        )
