"""What an auditor reads of events of every kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.audit.entries import Entry, command_line, entry, lines
from bot.store import Recorded
from tests.bot.deployments.histories import T0

DANA = {"kind": "slack", "id": "U0DANA", "name": "Dana", "team": "T0LINK", "door": "slack"}


class Told:
    """Events as the record holds them, a second apart."""

    def __init__(self) -> None:
        self.events: list[Recorded] = []

    def tell(
        self, stream: str, happened: str, who: str = "slack:U0DANA", after: float = 1, **data: Any
    ) -> Recorded:
        n = len(self.events) + 1
        before = self.events[-1].at if self.events else T0
        at = before + timedelta(seconds=after)
        actor = {"actor": DANA} if who == "slack:U0DANA" else {}
        self.events.append(
            Recorded(
                n, stream, n, at, happened, {**actor, **data}, who, "slack" if who else "", "", ""
            )
        )
        return self.events[-1]

    def asked(self, words: str, result: str = "ok", **data: Any) -> Recorded:
        given = {"command": words.split(maxsplit=1)[0], "words": words, **data}
        return self.tell("request/2026-11-23", "RequestAnswered", result=result, **given)

    def shown(self, begun: Mapping[str, Any] | None = None) -> list[Entry]:
        """Newest first, without looks."""
        known = [entry(event, begun) for event in reversed(self.events)]
        return [line for line in lines(known) if not line.is_look]


REQUEST: dict[str, Any] = {
    "environment": "staging",
    "tag": "sha-abc1234",
    "kind": "deploy",
    "reason": "hotfix",
}


def test_a_refusal_says_who_what_where_and_why_not() -> None:
    told = Told()
    told.asked(
        "deploy production", "refused", environments=["production"], permissions=["deploy"],
        message="This needs the permission “deploy” for production.", login="dana-d",
    )  # fmt: skip
    (line,) = told.shown()
    assert (line.who, line.name, line.login) == ("slack:U0DANA", "Dana", "dana-d")
    assert (line.what, line.environments) == ("deploy production", ("production",))
    assert (line.outcome, line.door) == ("refused", "slack")
    assert "“deploy” for production" in line.message


def test_a_deployment_is_one_line_with_its_end() -> None:
    told = Told()
    told.tell("deployment/d1", "DeploymentRequested", **REQUEST)
    told.tell("deployment/d1", "Committed", who="", sha="c" * 40)
    told.tell("deployment/d1", "DeploymentEnded", who="", outcome="Failed", message="No luck.")
    (line,) = told.shown()
    assert (line.what, line.why) == ("deploy staging sha-abc1234", "hotfix")
    assert (line.outcome, line.message, line.deployment) == ("Failed", "No luck.", "d1")


def test_a_deployment_that_is_not_over_has_no_outcome() -> None:
    told = Told()
    told.tell("deployment/d1", "DeploymentRequested", **REQUEST)
    assert [line.outcome for line in told.shown()] == [""]


def test_a_decision_is_one_line_with_the_words_that_led_to_it() -> None:
    told = Told()
    told.tell("deployment/d1", "Approved", digest="1234")
    told.asked("approve d1 --yes", deployment="d1")
    (line,) = told.shown({"environment": "production"})
    assert (line.kind, line.what) == ("Approved", "approved")
    assert (line.message, line.environments) == ("“approve d1 --yes”", ("production",))


def test_two_who_decide_at_once_keep_their_own_words() -> None:
    told = Told()
    told.tell("deployment/d1", "Approved", after=0)
    told.tell("deployment/d1", "Approved", who="slack:U0AMIR", after=0)
    told.asked("approve d1 --yes", deployment="d1")
    told.tell(
        "request/2026-11-23", "RequestAnswered", who="slack:U0AMIR", after=0,
        result="ok", command="approve", words="approve d1 --yes 2", deployment="d1",
    )  # fmt: skip
    assert sorted((line.who, line.message) for line in told.shown()) == [
        ("slack:U0AMIR", "“approve d1 --yes 2”"),
        ("slack:U0DANA", "“approve d1 --yes”"),
    ]


def test_a_refusal_is_never_swallowed_by_an_act() -> None:
    told = Told()
    told.tell("controls/production", "FreezeBegun", id="f1", reason="Black Friday")
    told.asked("deploy production", "conflict", permissions=["deploy"], message="Frozen.")
    told.asked("freeze production", permissions=["freeze"])
    lines_ = {line.kind: line for line in told.shown()}
    assert set(lines_) == {"FreezeBegun", "RequestAnswered"}
    assert lines_["RequestAnswered"].outcome == "conflict"
    assert lines_["FreezeBegun"].environments == ("production",)
    assert lines_["FreezeBegun"].why == "Black Friday"


def test_what_only_looked_is_told_apart_and_a_token_is_no_look() -> None:
    told = Told()
    told.asked("where", permissions=["view"])
    told.asked("help")
    told.asked("login")
    told.asked("app refresh user-svc", permissions=["sync"])
    assert [line.what for line in told.shown()] == ["app refresh user-svc", "login"]


def test_the_bots_own_steps_are_told_by_the_outcome_alone() -> None:
    told = Told()
    told.tell("deployment/d1", "SyncStarted", who="", application="a")
    told.tell("controls/staging", "FreezeEnded", who="", id="f1")
    assert told.shown() == []


def test_events_of_a_kind_that_is_not_known_yet_are_told_by_their_names() -> None:
    told = Told()
    told.tell("somewhere/x", "BudgetRaised", environment="dev", reason="more")
    (line,) = told.shown()
    assert (line.what, line.environments, line.why) == ("budget raised", ("dev",), "more")


@pytest.mark.parametrize("odd", [None, 3, [], {"a": 1}, "x"])
def test_data_of_any_shape_is_read(odd: object) -> None:
    data = dict.fromkeys(
        (
            "actor",
            "environments",
            "environment",
            "result",
            "words",
            "sync",
            "services",
            "permissions",
        ),
        odd,
    )
    for kind in ("RequestAnswered", "DeploymentRequested", "DeploymentEnded", "Other"):
        event = Recorded(1, "deployment/d1", 1, T0, kind, data, "ci:x", "api", "", "")
        assert list(lines([entry(event, data)])) or kind == "DeploymentEnded"


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        ({"environment": "dev"}, "deploy dev"),
        (
            {"environment": "dev", "tag": "latest", "services": ["user-svc"], "break_glass": True},
            "deploy dev latest user-svc --break-glass",
        ),
        (
            {"purpose": "promotion", "source": "staging", "environment": "production"},
            "promote staging production",
        ),
        (
            {"purpose": "rollback", "environment": "production", "tag": "v1"},
            "rollback production v1",
        ),
        (
            {"sync": {"words": "user-svc", "resource": "Deployment/user-svc", "prune": True}},
            "sync user-svc --resource Deployment/user-svc --prune",
        ),
    ],
)
def test_a_request_is_told_as_it_would_be_typed(request_: Mapping[str, Any], line: str) -> None:
    assert command_line(request_) == line
