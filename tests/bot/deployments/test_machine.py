"""Whatever happens, in whatever order: the promises that hold for every life of a deployment."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.access import Actor
from bot.deployments.deployment import Deployment, State
from bot.deployments.events import AppOutcome, DeploymentEnded
from bot.deployments.folding import fold
from bot.deployments.ledger import PREFIX
from tests.bot.deployments.histories import DANA, OLU, PIPELINE
from tests.bot.deployments.play import Play
from tests.bot.deployments.pretend import SERVICES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),  # only a failure takes long, while it is made small
]

ENDS = [
    AppOutcome.FAILED,
    AppOutcome.SUCCEEDED,
    AppOutcome.TIMED_OUT,
    AppOutcome.SUPERSEDED,
    AppOutcome.SUSPENDED,
    AppOutcome.SUCCEEDED,
]
TAGS = ["sha-aaaaaaa", "sha-bbbbbbb", "sha-ccccccc"]
ANY = st.integers(0, 5)


class Lives(RuleBasedStateMachine):
    """People ask, cancel and resume, others push, the process dies, applications end anyhow."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.play = Play()
        self.cancelled_untouched: set[str] = set()
        self.checked: dict[str, int] = {}

    def run(self, doing: Coroutine[object, object, object]) -> None:
        self.loop.run_until_complete(doing)

    def one(self, which: int) -> str:
        """One of the deployments under way, "" where there is none."""
        going = self.play.ledger.open()
        return going[which % len(going)].id if going else ""

    def teardown(self) -> None:
        for _ in range(60 * (self.play.count + 1)):
            for deployment in self.play.ledger.open():
                self.run(self.play.resume(deployment.id))
                self.run(self.play.act(deployment.id))
        assert not self.play.ledger.open(), "every deployment reaches an end"
        self.promises()
        self.loop.close()

    @rule(
        names=st.lists(st.sampled_from(SERVICES), min_size=1, max_size=3, unique=True),
        tag=st.sampled_from(TAGS),
        actor=st.sampled_from([DANA, OLU, PIPELINE]),
        is_sync=st.sampled_from([False, False, True]),
        when_green=st.integers(0, 1),
    )
    @precondition(lambda self: len(self.play.ledger.open()) < 6)
    def somebody_asks(
        self, names: list[str], tag: str, actor: Actor, *, is_sync: bool, when_green: int
    ) -> None:
        asked = self.play.ask(*names, tag=tag, actor=actor, is_sync=is_sync, when_green=when_green)
        self.run(asked)

    @rule(which=ANY, steps=st.sampled_from([5, 9, 14, 7, 4, 3, 1]), outcome=st.sampled_from(ENDS))
    def one_goes_on(self, which: int, steps: int, outcome: AppOutcome) -> None:
        key = self.one(which)
        for _ in range(steps if key else 0):
            self.run(self.play.act(key, outcome))

    @rule(which=ANY, when=st.sampled_from(["before", "after"]))
    def the_process_dies_in_its_next_push(self, which: int, when: str) -> None:
        self.play.git.dies = when
        self.one_goes_on(which, 6, AppOutcome.FAILED)
        self.play.git.dies = ""

    @rule(which=ANY, revert=st.booleans())
    def somebody_cancels(self, which: int, *, revert: bool) -> None:
        key = self.one(which)
        if key and len(self.play.record.all) % 2:  # not all too often
            self.run(self.cancel(key, revert=revert))

    @rule(which=ANY, steps=st.integers(0, 14), revert=st.booleans())
    def somebody_cancels_just_before_an_append(
        self, which: int, steps: int, *, revert: bool
    ) -> None:
        """What was decided without the wish must not be recorded after it as if it were."""
        key = self.one(which)
        if not key:
            return
        self.one_goes_on(which, steps, AppOutcome.SUCCEEDED)
        self.play.record.meanwhile = lambda: self.cancel(key, revert=revert, in_an_append=True)
        self.run(self.play.act(key))
        self.play.record.meanwhile = None

    async def cancel(self, key: str, *, revert: bool, in_an_append: bool = False) -> None:
        deployment = await self.play.cancel(key, revert=revert, in_an_append=in_an_append)
        if deployment.cancel and deployment.commit_intended is None and not deployment.commit:
            self.cancelled_untouched.add(key)

    @rule(which=ANY)
    def somebody_says_go_on(self, which: int) -> None:
        held = [d.id for d in self.play.ledger.open() if d.held]
        if held:
            self.run(self.play.resume(held[which % len(held)]))

    @rule(service=st.sampled_from(SERVICES), tag=st.sampled_from(["sha-ddddddd", *TAGS]))
    def somebody_else_pushes(self, service: str, tag: str) -> None:
        self.play.git.set_tag(service, tag)

    @rule()
    def the_process_dies(self) -> None:
        self.run(self.play.new_life())

    @invariant()
    def promises(self) -> None:
        keys = [stream.removeprefix(PREFIX) for stream in self.play.record.streams]
        deployments = [self.play.ledger.get(key) for key in keys]
        no_two_run_at_once([d for d in deployments if d.state is State.RUNNING])
        for deployment in deployments:
            if self.checked.get(deployment.id) != deployment.version:
                self.checked[deployment.id] = deployment.version
                self.promises_of(deployment)

    def promises_of(self, deployment: Deployment) -> None:
        events = self.play.told(deployment.id)
        assert fold(events) == deployment
        ends = [n for n, event in enumerate(events) if isinstance(event, DeploymentEnded)]
        assert ends in ([], [len(events) - 1]), "one end, and nothing after it"
        commits = self.play.git.commits_of("Deploy-Id", deployment.id)
        assert commits <= 1
        assert self.play.git.commits_of("Reverts-Deploy-Id", deployment.id) <= 1
        if deployment.commit:
            assert deployment.commit.changed == (commits == 1)
        if deployment.id in self.cancelled_untouched:
            assert commits == 0, "cancelled before the commit"
        if deployment.state is State.SUCCEEDED:
            all_is_well(deployment)


def no_two_run_at_once(running: Sequence[Deployment]) -> None:
    for number, one in enumerate(running):
        for other in running[number + 1 :]:
            assert not one.overlaps(other), (one.id, other.id)


def all_is_well(deployment: Deployment) -> None:
    assert deployment.cancel is None
    for wave in deployment.waves:
        for app in wave:
            assert deployment.runs[app.name].outcome is AppOutcome.SUCCEEDED
    assert deployment.commit is not None or deployment.request.kind == "sync"


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
