"""Whatever is granted to whoever: what nobody granted nobody may, and unknown is never yes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.access import (
    SLACK_ONLY,
    Actor,
    Allowed,
    Door,
    Memberships,
    Need,
    Permission,
    Refused,
    allowed,
)
from bot.catalog import Grant
from bot.catalog.words import EVERYWHERE
from bot.errors import NotAllowed
from bot.membership import GroupHistory, Membership
from bot.store import NewEvent, Recorded, VersionConflict
from integrations.errors import Unreachable, UpstreamError
from integrations.slack import Person
from tests.bot.test_teams import CATALOG as TEAMS
from tests.bot.workspace import Organisation, StoppedClock, Workspace

IDS = ("U0AMIR", "U0OTTO", "U0DANA")
GROUPS = ("approvers", "oncall", "S0APP")
TEAM_NAMES = ("link/platform", "link/leads")
SCOPES = ("dev", "production", "shared")
NOW = StoppedClock().now()

subjects = st.one_of(
    st.sampled_from(["members", "schedule", "ci:link/app"]),
    st.sampled_from([f"slack:{each}" for each in IDS]),
    st.sampled_from([f"group:{each}" for each in GROUPS]),
    st.sampled_from([f"team:{each}" for each in TEAM_NAMES]),
)
grants = st.lists(
    st.builds(
        lambda to, may, where: Grant.model_validate({"to": to, "may": may, "in": where}),
        st.lists(subjects, min_size=1, max_size=4),
        st.lists(st.sampled_from(list(Permission)), min_size=1, max_size=4),
        st.lists(st.sampled_from([*SCOPES, EVERYWHERE]), min_size=1, max_size=2),
    ),
    max_size=6,
)
actors = st.one_of(
    st.builds(Actor, id=st.sampled_from(IDS), door=st.sampled_from(list(Door))),
    st.just(Actor(kind="ci", id="link/app", door=Door.API)),
    st.just(Actor(kind="ci", id="link/other", door=Door.WEBHOOK)),
    st.just(Actor(kind="schedule", id="", door=Door.SCHEDULE)),
)
memberships = st.builds(
    Memberships,
    refusal=st.sampled_from(["", "", "", "Guests may not use shipmate."]),
    full_member=st.booleans(),
    groups=st.frozensets(st.sampled_from(GROUPS)),
    teams=st.frozensets(st.sampled_from(TEAM_NAMES)),
    new=st.dictionaries(
        st.sampled_from([*(f"group:{g}" for g in GROUPS), *(f"team:{t}" for t in TEAM_NAMES)]),
        st.just(NOW + timedelta(hours=1)),
    ),
    uncounted=st.dictionaries(st.sampled_from(TEAM_NAMES), st.just("GitHub does not say.")),
)
needs = st.builds(Need, permission=st.sampled_from(list(Permission)), scope=st.sampled_from(SCOPES))


def may(actor: Actor, known: Memberships, need: Need, given_: Sequence[Grant]) -> bool:
    """The rules once more, said as plainly as can be."""
    if known.refusal or (need.permission in SLACK_ONLY and actor.door is not Door.SLACK):
        return False
    mine = {actor.subject} if known.full_member or actor.kind != "slack" else set()
    if known.full_member:
        mine |= {f"group:{name}" for name in known.groups}
        mine |= {f"team:{name}" for name in known.teams}
        mine |= {"members"} if actor.kind == "slack" else set()
    if need.permission in SLACK_ONLY:
        mine -= set(known.new)
    return any(
        need.permission in grant.may
        and {need.scope, EVERYWHERE} & set(grant.scopes)
        and mine & set(grant.to)
        for grant in given_
    )


@settings(max_examples=300, deadline=None)
@given(actors, memberships, needs, grants)
def test_the_decision_is_the_rule(
    actor: Actor, known: Memberships, need: Need, given_: list[Grant]
) -> None:
    answer = allowed(actor, known, need, given_)
    assert isinstance(answer, Allowed) == may(actor, known, need, given_)


@given(actors, memberships, needs)
def test_what_nobody_granted_nobody_may(actor: Actor, known: Memberships, need: Need) -> None:
    assert isinstance(allowed(actor, known, need, ()), Refused)


@given(actors, memberships, st.sampled_from(sorted(SLACK_ONLY)), st.sampled_from(SCOPES), grants)
def test_no_door_but_slack_approves_overrides_or_breaks_glass(
    actor: Actor, known: Memberships, permission: Permission, scope: str, given_: list[Grant]
) -> None:
    everything = Grant.model_validate(
        {"to": ["members", actor.subject], "may": [permission], "in": [scope]}
    )
    by_api = actor.model_copy(update={"door": Door.API})
    need = Need(permission=permission, scope=scope)
    assert isinstance(allowed(by_api, known, need, [*given_, everything]), Refused)


@given(actors, memberships, needs, grants)
def test_what_is_not_known_of_a_team_never_helps(
    actor: Actor, known: Memberships, need: Need, given_: list[Grant]
) -> None:
    sure = Memberships(known.refusal, known.full_member, known.groups, known.teams, known.new)
    with_doubts = allowed(actor, known, need, given_)
    assert isinstance(with_doubts, Allowed) == isinstance(
        allowed(actor, sure, need, given_), Allowed
    )


class Memory:
    """A store that keeps streams in memory."""

    def __init__(self, clock: StoppedClock) -> None:
        self._clock = clock
        self._events: list[Recorded] = []

    async def append(
        self, stream: str, expected_version: int, events: Sequence[NewEvent]
    ) -> tuple[Recorded, ...]:
        version = sum(each.stream == stream for each in self._events)
        if version != expected_version:
            raise VersionConflict(stream, expected=expected_version, actual=version)
        for event in events:
            version += 1
            place = len(self._events) + 1
            at = self._clock.now()
            row = Recorded(place, stream, version, at, event.type, event.data, "", "", "", "")
            self._events.append(row)
        return ()

    async def read(self, stream: str) -> list[Recorded]:
        return [each for each in await self.read_all() if each.stream == stream]

    async def read_all(self, after: int = 0, prefix: str = "") -> list[Recorded]:
        return [each for each in self._events[after:] if each.stream.startswith(prefix)]


class WhoMayApprove(RuleBasedStateMachine):
    """A workspace in which everything changes and breaks, and a bot that is asked all the time.

    `group` and `team` say who is in truth a member, and since when; nobody may approve who was
    not one within the last minute, or is one for less than a day (unless from the beginning).
    """

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = StoppedClock()
        self.store = Memory(self.clock)
        self.workspace = Workspace(
            people={each: Person(each, each, "T0LINK") for each in IDS},
            groups={"S0DEV": ("developers", frozenset()), "S0ONC": ("oncall", frozenset())},
        )
        self.organisation = Organisation()
        self.left: dict[str, float] = {}  # who is no member, since when
        self.joined: dict[str, float | None] = {}
        self.away_since: dict[str, float] = {}
        self.looked = False

    @initialize(first=st.sets(st.sampled_from(["dana-developer", "amir-approver"])))
    def begin(self, first: set[str]) -> None:
        self.organisation.states = dict.fromkeys(first, "active")
        self.joined = dict.fromkeys(first)
        self.live()

    @rule()
    def live(self) -> None:
        """Another life of the bot."""
        history = GroupHistory(self.store, self.clock)
        self.membership = Membership(
            self.workspace,
            TEAMS,
            history,
            self.clock,
            frozenset({"T0LINK"}),
            github=self.organisation,
        )
        self.loop.run_until_complete(history.load())

    @rule(seconds=st.sampled_from([1, 59, 61, 3600, 86_399, 86_401]))
    def time_passes(self, seconds: int) -> None:
        self.clock.passes(seconds)

    @rule(login=st.sampled_from(["dana-developer", "amir-approver"]))
    def joins(self, login: str) -> None:
        if self.organisation.states.get(login) != "active":
            self.organisation.states[login] = "active"
            self.left.pop(login, None)
            seen = self.membership.history.group("link/platform").since
            if login in seen:  # gone and back before anybody could see it
                self.joined[login] = at.timestamp() if (at := seen[login]) else None
            else:
                self.joined[login] = self.clock.at.timestamp() if self.looked else None

    @rule(login=st.sampled_from(["dana-developer", "amir-approver"]), invited=st.booleans())
    def leaves(self, login: str, invited: bool) -> None:  # noqa: FBT001 - drawn
        if self.organisation.states.pop(login, "none") == "active":
            self.left[login] = self.clock.at.timestamp()
            self.joined.pop(login, None)
        if invited:
            self.organisation.states[login] = "pending"

    @rule(away=st.booleans())
    def github(self, away: bool) -> None:  # noqa: FBT001 - drawn
        self.organisation.fails = self.turned("GitHub", away=away)

    @rule(away=st.booleans())
    def slack(self, away: bool) -> None:  # noqa: FBT001 - drawn
        self.workspace.fails = self.turned("Slack", away=away)

    def turned(self, system: str, *, away: bool) -> Unreachable | None:
        if not away:
            self.away_since.pop(system, None)
            return None
        self.away_since.setdefault(system, self.clock.at.timestamp())
        return Unreachable(system, "it is away.")

    @rule()
    def slack_tells_of_a_change(self) -> None:
        self.membership.forget()

    @invariant()
    def nobody_approves_who_must_not(self) -> None:
        if not hasattr(self, "membership"):
            return
        need = [Need(permission=Permission.APPROVE, scope="production")]
        now = self.clock.at.timestamp()
        for user_id, login in TEAMS.github_logins.items():
            try:
                self.loop.run_until_complete(self.membership.authorise(Actor(id=user_id), need))
            except (NotAllowed, UpstreamError):
                pass
            else:
                name = login.lower()
                for system, since in self.away_since.items():
                    assert now - since < 60, f"{system} cannot be asked, and that is no"
                assert name in self.joined or now - self.left[name] < 60
                at = self.joined.get(name)
                assert at is None or now - at >= 24 * 3600, "a newcomer decided"
            self.looked = self.looked or bool(
                self.membership.history.group("link/platform").version
            )

    def teardown(self) -> None:
        self.loop.close()


WhoMayApprove.TestCase.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
TestWhoMayApprove = WhoMayApprove.TestCase
