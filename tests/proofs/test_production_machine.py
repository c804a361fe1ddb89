"""Whatever people do, the world does, and whenever the bot dies: production changes by the rules.

The bot is the real one from its dispatch to its controller; outside it are a record, a Git and
an Argo CD in memory, and a clock that leaps. tests/proofs/law.py judges every change by itself.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.access import Door
from integrations.groups import TaskGroup
from tests.proofs.crowd import SELF, Crowd
from tests.proofs.repository import SERVICES, TAGS
from tests.proofs.stage import person

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),  # only a failure takes long, while it is made small
]

WHICH = st.integers(0, 2)
PEOPLE = st.sampled_from(["dana", "amir", "vera", "pat", "newt", "olu", "otto", "gus"])
APPROVERS = st.sampled_from([SELF, "pat", "amir", "vera", "newt", "olu", "dana", "gus"])
REQUESTERS = st.sampled_from(["amir", "dana", "amir", "olu", "ci"])
ONCALL = st.sampled_from(["olu", "olu", "olu", "dana"])
DOORS = st.sampled_from([Door.SLACK] * 5 + [Door.API])
A_WHILE = st.sampled_from([2, 1, 30, 2, 2, 100])
AWAY = st.sampled_from([1, 100, 400, 4000, 90_000])


class Production(Crowd, RuleBasedStateMachine):
    """People ask, decide, freeze and lock; others push, join and leave; the process dies."""

    @initialize(needed=st.sampled_from([1, 1, 2]), earlier=st.integers(0, 2))
    def the_curtain_rises(self, needed: int, earlier: int) -> None:
        self.enter(needed)
        for tag in TAGS[:earlier]:
            self.a_release_goes_its_way(tag, "dana", ("pat", "amir"), 20)

    @rule(
        tag=st.sampled_from(TAGS),
        who=REQUESTERS,
        whos=st.tuples(APPROVERS, APPROVERS),
        wait=st.sampled_from([1, 2, 20]),
    )
    def a_release_goes_its_way(self, tag: str, who: str, whos: tuple[str, str], wait: int) -> None:
        """What mostly happens; where the rules do not want it, it ends on the way."""
        self.somebody_asks_for_a_deployment(who, tag, "", Door.SLACK, glass=False, wait=1)
        for each in whos:
            if self.one(0):
                self.somebody_approves(each, 0, 0, Door.SLACK, override=False, wait=0)
        self.passes(wait)

    @rule(
        who=REQUESTERS,
        tag=st.sampled_from(TAGS),
        services=st.sampled_from(["", "", "", *SERVICES]),
        door=DOORS,
        glass=st.sampled_from([False] * 6 + [True]),
        wait=A_WHILE,
    )
    def somebody_asks_for_a_deployment(
        self, who: str, tag: str, services: str, door: Door, *, glass: bool, wait: int
    ) -> None:
        words = f"deploy production {tag} {services}"
        self.ask(who, words + ' --break-glass --reason "It burns"' * glass, door)
        self.passes(wait)

    @rule(who=st.sampled_from(["olu", "dana", "ci"]), door=DOORS, wait=A_WHILE)
    def somebody_asks_for_a_sync(self, who: str, door: Door, wait: int) -> None:
        self.ask(who, "sync link-app-production", door)
        self.passes(wait)

    @precondition(lambda self: self.one(0))
    @rule(
        who=APPROVERS,
        which=WHICH,
        how_old=st.sampled_from([0, 0, 0, 0, 0, 1, 2]),
        door=DOORS,
        override=st.sampled_from([False, False, True]),
        wait=A_WHILE,
    )
    def somebody_approves(
        self, who: str, which: int, how_old: int, door: Door, *, override: bool, wait: int
    ) -> None:
        key = self.one(which)
        digest = self.shown(key, how_old)
        doing = self.decide(who, key, door, yes=True, digest=digest, override=override)
        answer = self.stage.run(doing)
        if answer is not None:
            event(f"approval: {type(answer.error).__name__ if answer.error else 'answered'}")
        self.nothing_told_is_lost()
        self.passes(wait)

    @precondition(lambda self: self.one(0))
    @rule(whos=st.tuples(APPROVERS, APPROVERS), which=WHICH, rejects=st.booleans(), wait=A_WHILE)
    def two_decide_at_once(
        self, whos: tuple[str, str], which: int, *, rejects: bool, wait: int
    ) -> None:
        key = self.one(which)
        digest = self.shown(key, 0)

        async def both() -> None:
            async with TaskGroup() as group:
                for number, who in enumerate(whos):
                    yes = not (rejects and number)
                    doing = self.decide(
                        who, key, Door.SLACK, yes=yes, digest=digest, override=False
                    )
                    group.create_task(doing)

        self.stage.run(both())
        self.nothing_told_is_lost()
        self.passes(wait)

    @precondition(lambda self: self.one(0))
    @rule(who=APPROVERS, which=WHICH, how_old=st.sampled_from([0, 0, 1, 2]), door=DOORS)
    def somebody_rejects(self, who: str, which: int, how_old: int, door: Door) -> None:
        key = self.one(which)
        digest = self.shown(key, how_old)
        self.stage.run(self.decide(who, key, door, yes=False, digest=digest, override=False))
        self.passes(1)

    @precondition(lambda self: self.one(0))
    @rule(who=PEOPLE, which=WHICH, how=st.sampled_from(["", "--revert", "--stop"]), door=DOORS)
    def somebody_cancels(self, who: str, which: int, how: str, door: Door) -> None:
        self.ask(who, f"cancel {self.one(which)} {how}", door)
        self.passes(1)

    @rule(who=ONCALL, to=st.sampled_from(["", "", *TAGS]), door=DOORS, wait=A_WHILE)
    def somebody_rolls_back(self, who: str, to: str, door: Door, wait: int) -> None:
        self.ask(who, f"rollback production {to} --yes --confirm production", door)
        self.passes(wait)

    @rule(
        who=ONCALL,
        scope=st.sampled_from(["production", "all", "staging"]),
        more=st.sampled_from(["", " --including-rollbacks"]),
    )
    def somebody_freezes(self, who: str, scope: str, more: str) -> None:
        self.counts(1, who, f'freeze {scope} --reason "The fair"{more}')

    @precondition(lambda self: self.law.rights.freezes)
    @rule(who=ONCALL, which=WHICH)
    def somebody_ends_a_freeze(self, who: str, which: int) -> None:
        freezes = self.law.rights.freezes
        ended = freezes[which % len(freezes)]
        self.counts(-1, who, f"unfreeze {ended.scope} {ended.id}")

    @rule(
        who=PEOPLE,
        words=st.sampled_from(
            ["lock production", "lock production --take", "unlock production", "resume production"]
        ),
    )
    def somebody_locks(self, who: str, words: str) -> None:
        self.ask(who, words)

    @precondition(lambda self: self.law.cases)
    @rule(who=PEOPLE, which=WHICH)
    def somebody_reviews(self, who: str, which: int) -> None:
        self.ask(who, f"review {self.one(which, is_open=False)}")

    @rule(who=PEOPLE)
    def somebody_lets_the_queue_go_on(self, who: str) -> None:
        self.ask(who, "queue resume --all")
        self.passes(1)

    @rule(which=st.integers(0, 19), who=PEOPLE, wait=A_WHILE)
    def the_world_moves(self, which: int, who: str, wait: int) -> None:
        self.world(which, who)()
        self.passes(wait)

    @rule(which=st.integers(0, 19), who=PEOPLE, calls=st.integers(1, 60))
    def the_world_will_move_in_the_midst_of_things(self, which: int, who: str, calls: int) -> None:
        self.stage.line.meanwhile = (calls, self.world(which, who))

    @rule(who=PEOPLE, group=st.sampled_from(["approvers", "oncall"]))
    def somebody_joins(self, who: str, group: str) -> None:
        """Whoever was in it before is seen to be out of it first."""
        self.passes(130)
        self.stage.slack.joins(group, person(who).id)

    @rule(seconds=st.sampled_from([10, 60, 200, 400, 800]))
    def time_passes(self, seconds: int) -> None:
        self.passes(seconds)

    @rule(calls=st.integers(1, 60), away=AWAY)
    def the_process_will_die(self, calls: int, away: int) -> None:
        self.stage.line.dies_in, self.stage.away = calls, away

    @rule(
        tag=st.sampled_from(TAGS),
        calls=st.integers(5, 35),
        away=st.sampled_from([100, 1, 100, 400]),
        which=st.sampled_from([3, 0, 3, 1, 4]),
        who=st.sampled_from(["pat", "pat", "amir"]),
    )
    def it_dies_over_a_decision_and_meanwhile_the_world_moves(
        self, tag: str, calls: int, away: int, which: int, who: str
    ) -> None:
        self.somebody_asks_for_a_deployment("dana", tag, "", Door.SLACK, glass=False, wait=1)
        if self.one(0):
            self.stage.line.dies_in, self.stage.away = calls, away
            for each in ("pat", "amir")[: self.law.needed]:
                self.somebody_approves(each, 0, 0, Door.SLACK, override=False, wait=0)
            self.world(which, who)()
            self.passes(5)

    @rule(away=AWAY)
    def the_process_dies(self, away: int) -> None:
        self.stage.dies(away)
        self.passes(1)

    @invariant()
    def production_changes_by_the_rules(self) -> None:
        if hasattr(self, "law"):
            assert not self.law.broken, self.law.broken

    def teardown(self) -> None:
        if not hasattr(self, "law"):
            return
        for what, times in self.law.seen.items():
            event(f"{what}: {'several' if times > 1 else times}")
        self.stage.close()


TestProduction = Production.TestCase
TestProduction.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
)
