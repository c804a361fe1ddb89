"""One world with production in it, and the lives of the bot that changes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from bot.access import Actor, Door
from bot.audit.recorder import Recorder
from bot.catalog import Catalog, parse
from bot.controls.keeper import Keeper
from bot.controls.register import Register
from bot.deployments.controller import Controller
from bot.deployments.ledger import Ledger
from bot.deployments.rollouts.progress import ProgressBoard
from bot.dispatch import Dispatch
from bot.errors import UserError
from bot.membership import GroupHistory, Membership, MembershipWatch
from bot.metrics import Metrics
from bot.request import Answer, Request
from bot.services import Services
from bot.store import NewEvent, Recorded
from commands import COMMANDS
from tests.bot.deployments import pretend
from tests.bot.deployments.services import services
from tests.proofs.argocd import APPLICATION, ArgoCD, AsClient
from tests.proofs.people import GitHub, Slack
from tests.proofs.repository import Repository
from tests.proofs.timing import LeapingClock, LeapingLoop, Line, finish

T = TypeVar("T")

GROUPS = {
    "developers": ["U0DANA", "U0AMIR", "U0NEWT"],
    "approvers": ["U0AMIR", "U0VERA", "U0GUS", "U0PAT"],
    "oncall": ["U0OLU"],
}
CATALOG = """
working_hours: {{days: [mon, tue, wed, thu, fri, sat, sun], begin: 00:00, end: 23:59}}
queued_per_person: 50
ci: {{workflow: ci.yml, event: push}}
environments:
  - {{name: staging, branch: develop, tag_formats: [sha], applications: [link-app-staging],
     mode: automatic}}
  - name: production
    branch: main
    tag_formats: [dated]
    applications: [{application}]
    mode: approval
    promotion: {{from: staging, require_run: false}}
    require_checks: false
    pin_digest: false
    approval: {{needed: {needed}, expires_hours: 0.2, start_within_minutes: 3,
      quorum: [{quorum}]}}
categories:
  - {{name: applications, wave: 3, applications: [{{name: link-app-staging}}, {{name: {application}}}]}}
images:
  file: environments/{{environment}}/kustomization.yaml
  application: link-app-{{environment}}
  services:
    - {{service: user-svc, image: ghcr.io/link/user-svc}}
    - {{service: chat-svc, image: ghcr.io/link/chat-svc}}
access:
  - {{to: [members], may: [view], in: [everywhere]}}
  - {{to: ["group:developers"], may: [deploy, lock], in: [staging]}}
  - {{to: ["group:developers"], may: [lock], in: [production]}}
  - {{to: ["group:approvers"], may: [approve], in: [production]}}
  - {{to: ["group:oncall"], may: [deploy, sync, rollback, freeze, lock, override, break-glass],
     in: [everywhere]}}
  - {{to: ["ci:link/app"], may: [deploy, sync], in: [production]}}
github_logins: {{U0DANA: dana, U0AMIR: amir, U0VERA: vera, U0PAT: pat, U0OLU: olu, U0NEWT: newt}}
"""


@lru_cache
def catalog(needed: int, quorum: str) -> Catalog:
    """A platform whose production takes so many approvals, and one of them of that group."""
    of = f'{{of: "group:{quorum}"}}' if quorum else ""
    more = f'  - {{to: ["group:{quorum}"], may: [approve], in: [production]}}\n' if quorum else ""
    text = CATALOG.format(needed=needed, application=APPLICATION, quorum=of)
    return parse(text.replace("github_logins:", f"{more}github_logins:") if more else text)


class Record(pretend.Record):
    """A record at the end of the line. `witnesses` are told of everything that is in it."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.line = line
        self.witnesses: list[Callable[[Recorded], None]] = []
        self.head = (0, "f" * 64)

    async def append(
        self, stream: str, expected_version: int, events: Sequence[NewEvent]
    ) -> tuple[Recorded, ...]:
        await self.line.passes()
        placed = await super().append(stream, expected_version, events)
        for each in placed:
            for witness in self.witnesses:
                witness(each)
        await self.line.passes()
        return placed

    async def add(self, stream: str, events: Sequence[NewEvent]) -> tuple[Recorded, ...]:
        """Written down beside everything; nothing here depends on it."""
        del stream, events
        await self.line.passes()
        return ()

    def add_soon(self, stream: str, events: Sequence[NewEvent]) -> None:
        """The same, without waiting for it."""


class Stage:
    """Everything that outlives a bot, and the bot of the moment."""

    def __init__(self, needed: int = 1, quorum: str = "") -> None:
        self.loop = LeapingLoop()
        self.line = Line()
        self.clock = LeapingClock(self.loop)
        self.git = Repository(self.line, self.clock)
        self.argocd = ArgoCD(self.line, self.clock, self.git)
        self.slack = Slack(self.line, self.clock, GROUPS)
        self.slack.guests.add("U0GUS")
        self.record = Record(self.line)
        self.catalog = catalog(needed, quorum)
        self.requests = 0
        self.away = 0.5  # for how long nobody is there after a death
        self._tasks: list[asyncio.Task[None]] = []
        self._begins()

    @property
    def services(self) -> Services:
        """Those of the bot that lives now."""
        return self._services

    def run(self, doing: Coroutine[Any, Any, T]) -> T | None:
        """Do something to its end, or to the bot's, after which another takes up the record."""
        said = finish(self.loop, self.line, doing)
        if self.line.cut.is_set():
            self.dies(self.away)
        return said

    def passes(self, seconds: float) -> None:
        """Time in which the bot works; where it dies, the next one works as long."""
        while self.run(self._rest(seconds)) is None:
            pass

    def dies(self, away: float = 0.5) -> None:
        """The process ends at once; after a while another one begins."""
        self.line.cut.set()
        self.loop.run_until_complete(self._end())
        self.loop.leap(away)
        self._begins()

    def close(self) -> None:
        """The end of it all."""
        self.line.cut.set()
        self.loop.run_until_complete(self._end())
        self.loop.close()

    async def asks(self, actor: Actor, words: str, key: str = "") -> Answer:
        """Somebody asks the bot that lives now; the same key is the same delivery."""
        self.requests += 1
        answer = await self._dispatch.answer(Request(actor, words, key or f"r{self.requests}"))
        assert answer.error is None or isinstance(answer.error, UserError), words
        return answer

    def _begins(self) -> None:
        self.line.cut, self.line.dies_in, self.line.meanwhile = asyncio.Event(), 0, None
        line, clock, record = self.line, self.clock, self.record
        history = GroupHistory(record, clock)
        membership = Membership(self.slack, self.catalog, history, clock, frozenset({"T1"}))
        self._services = services(
            catalog=self.catalog,
            clock=clock,
            store=record,
            slack=self.slack,
            argocd=AsClient(self.argocd),
            applications=self.argocd,
            gitops=self.git,
            github=GitHub(line),
            membership=membership,
            outbox=_Silent(),
            ledger=Ledger(record, clock),
            controls=Register(record, clock),
            progress=ProgressBoard(),
            reachability=_Silent(),
            audit=Recorder(record),
        )
        self._dispatch = Dispatch(COMMANDS, self._services, Metrics())
        self.loop.run_until_complete(self._work(history))

    async def _work(self, history: GroupHistory) -> None:
        await self._services.ledger.load()
        await self._services.controls.load()
        await history.load()
        watch = MembershipWatch(self._services.membership, self.clock)
        works = (watch.run(), Keeper(self._services).run(), Controller(self._services).run())
        self._tasks = [asyncio.ensure_future(work) for work in works]

    async def _rest(self, seconds: float) -> bool:
        await self.clock.sleep(seconds)
        return True

    async def _end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks, timeout=1)


class _Silent:
    """What nobody here reads."""

    def card_link(self, key: str) -> str:
        """A card's address."""
        return key

    def heard(self, error: Exception) -> None:
        """What is away."""
        raise AssertionError(error)


def person(name: str, door: Door = Door.SLACK) -> Actor:
    """Somebody in the workspace: "dana", or the pipeline "ci"."""
    if name == "ci":
        return Actor(kind="ci", id="link/app", name="link/app", door=Door.API)
    return Actor(id=f"U0{name.upper()}", name=name, door=door)
