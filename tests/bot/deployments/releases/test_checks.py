"""Green means that everything that checks a commit said so, and that something does."""

from __future__ import annotations

import pytest

from bot.deployments.gates.gate import Bypass, GateName
from bot.deployments.gates.wording import worded
from bot.deployments.plan import Build
from bot.deployments.releases.checking import checks_of
from bot.deployments.releases.checks import Checks, Light, judged
from bot.deployments.releases.release import Release, release_gates
from integrations.errors import NotFound, RateLimited, Unauthorized, Unreachable, UpstreamError
from integrations.github import CheckRun, CombinedStatus
from tests.bot.deployments.histories import at, change
from tests.bot.deployments.services import services

SHA = "abc1234"


def done(name: str, conclusion: str = "success") -> CheckRun:
    return CheckRun(name, "completed", conclusion)


@pytest.mark.parametrize("conclusion", ["success", "neutral", "skipped"])
def test_checks_that_succeeded_or_had_nothing_to_say_are_green(conclusion: str) -> None:
    assert judged(SHA, {"lint": "success"}, [done("test", conclusion)]).light is Light.GREEN


@pytest.mark.parametrize(
    "conclusion", ["failure", "cancelled", "timed_out", "action_required", "stale", "unheard-of"]
)
def test_any_other_conclusion_is_red_and_named(conclusion: str) -> None:
    assert judged(SHA, {}, [done("build"), done("test", conclusion)]) == Checks(
        SHA, Light.RED, f"test ({conclusion})"
    )


@pytest.mark.parametrize("state", ["failure", "error"])
def test_a_status_that_failed_is_red_whatever_runs_say(state: str) -> None:
    assert judged(SHA, {"lint": state}, [done("test")]).light is Light.RED


def test_what_still_runs_is_not_green_yet() -> None:
    runs = [done("build"), CheckRun("test", "in_progress")]

    assert judged(SHA, {"lint": "pending"}, runs) == Checks(SHA, Light.RUNNING, "lint, test")


def test_what_failed_is_told_before_what_still_runs() -> None:
    runs = [done("build", "failure"), CheckRun("test", "queued")]

    assert judged(SHA, {}, runs).light is Light.RED


def test_our_own_reports_say_nothing_of_a_commit() -> None:
    assert judged(SHA, {"shipmate/staging": "failure"}, [done("build")]).light is Light.GREEN
    ours = judged(SHA, {"shipmate/staging": "success"}, [done("shipmate/deploy")])
    assert ours == Checks(SHA, Light.UNKNOWN, "nothing has checked it")


def test_nothing_at_all_is_unknown() -> None:
    assert judged(SHA, {}, ()).light is Light.UNKNOWN


def test_many_failures_are_told_by_number() -> None:
    runs = [done(f"job-{number}", "failure") for number in range(9)]

    assert judged(SHA, {}, runs).why.endswith("and 6 more")


@pytest.mark.parametrize("light", [Light.RED, Light.RUNNING, Light.UNKNOWN])
def test_what_is_not_green_closes_a_gate_that_override_and_rollbacks_alone_pass(
    light: Light,
) -> None:
    (gate,) = release_gates(
        Release(checks=(Checks(SHA, light, "test"), Checks("b", Light.GREEN))), at(0)
    )

    assert gate.name is GateName.CI
    assert gate.passed_by == {Bypass.OVERRIDE, Bypass.ROLLBACK}
    assert SHA in worded(gate.found).why
    assert "“override”" in worded(gate.found).opens


class GitHubThatSays:
    """One state for every commit, or a fault."""

    def __init__(self, fault: UpstreamError | None = None) -> None:
        self.fault = fault
        self.asked: list[str] = []

    async def status(self, ref: str) -> CombinedStatus:
        self.asked.append(ref)
        if self.fault:
            raise self.fault
        return CombinedStatus("pending", {})

    async def check_runs(self, ref: str) -> tuple[CheckRun, ...]:
        assert ref == self.asked[-1]
        return (done("build"),)


async def test_each_commit_that_ships_is_asked_for_once_by_its_whole_sha_where_known() -> None:
    github = GitHubThatSays()
    changes = [change("a"), change("b"), change("c", after="sha-fffffff")]

    found = await checks_of(
        services(github=github), changes, Build(tag="x", sha=SHA + "0" * 33), patient=True
    )

    assert github.asked == [SHA + "0" * 33, "fffffff"]
    assert [(each.about, each.light) for each in found] == [
        (SHA, Light.GREEN),
        ("fffffff", Light.GREEN),
    ]


async def test_a_tag_without_a_commit_is_asked_for_by_its_name() -> None:
    github = GitHubThatSays()

    await checks_of(
        services(github=github), [change("a", after="v1.2.3")], Build(tag="v1.2.3"), patient=True
    )

    assert github.asked == ["v1.2.3"]


@pytest.mark.parametrize(
    "away",
    [Unreachable("GitHub", "It is away."), RateLimited("GitHub", "Too many.", retry_after=9)],
)
async def test_a_github_that_is_away_is_waited_for_or_says_nothing(away: UpstreamError) -> None:
    there, build = services(github=GitHubThatSays(away)), Build(tag="x")

    with pytest.raises(type(away)):
        await checks_of(there, [change("a")], build, patient=True)
    (checks,) = await checks_of(there, [change("a")], build, patient=False)
    (gate,) = release_gates(Release(checks=(checks,)), at(0))

    assert checks.light is Light.AWAY
    assert gate.may_wait
    assert "asked again" in worded(gate.found).opens


@pytest.mark.parametrize("fault", [NotFound("GitHub", "None."), Unauthorized("GitHub", "No.")])
async def test_a_github_that_does_not_know_or_does_not_say_is_unknown(
    fault: UpstreamError,
) -> None:
    there = services(github=GitHubThatSays(fault))

    (checks,) = await checks_of(there, [change("a")], Build(tag="x"), patient=True)

    assert checks.light is Light.UNKNOWN


async def test_without_github_ci_is_unknown() -> None:
    (checks,) = await checks_of(services(), [change("a")], Build(tag="x"), patient=True)

    assert (checks.light, checks.why) == (Light.UNKNOWN, "GitHub is not configured")
