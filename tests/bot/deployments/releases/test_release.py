"""The gates about what ships, and the warnings that close nothing."""

from __future__ import annotations

import pytest

from bot.deployments.gates.gate import Gate, GateName
from bot.deployments.gates.wording import worded
from bot.deployments.plan import Build
from bot.deployments.releases.containing import on_branch
from bot.deployments.releases.release import OnBranch, Release, release_gates
from bot.deployments.releases.wording import named, remarks
from integrations.errors import NotFound, Unreachable, UpstreamError
from integrations.github import Comparison
from tests.bot.deployments.histories import at, change
from tests.bot.deployments.services import services


def closed(release: Release) -> list[Gate]:
    return list(release_gates(release, at(0)))


def test_what_is_known_to_be_well_closes_nothing() -> None:
    assert closed(Release()) == []
    assert closed(Release(branches=(OnBranch("abc1234", "main", contained=True),))) == []


def test_images_that_are_not_there_or_are_others_close_the_registrys_gate_for_everybody() -> None:
    gates = closed(Release(absent=("a:1", "b:1"), taken=("c:1",)))

    assert [gate.name for gate in gates] == [GateName.REGISTRY, GateName.REGISTRY]
    assert [gate.passed_by for gate in gates] == [frozenset(), frozenset()]
    assert worded(gates[0].found).why == "The registry has no a:1 and b:1."
    assert "never moved" in worded(gates[1].found).opens


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("a",), "a"),
        (("a", "b"), "a and b"),
        (("a", "b", "c"), "a, b and c"),
        (("a", "b", "c", "d", "e"), "a, b, c and 2 more"),
    ],
)
def test_many_names_are_told_by_number(names: tuple[str, ...], said: str) -> None:
    assert named(names) == said


def test_a_commit_beside_the_branch_is_a_warning_or_a_gate_as_the_catalog_says() -> None:
    beside = (OnBranch("abc1234", "main", contained=False),)

    assert closed(Release(branches=beside)) == []
    assert remarks(Release(branches=beside)) == ("The commit abc1234 is not on main.",)
    (gate,) = closed(Release(branches=beside, must_contain=True))
    assert (gate.name, gate.may_wait) == (GateName.ORDER, False)
    assert worded(gate.found).opens == "Merge it into main first."
    assert remarks(Release(branches=beside, must_contain=True)) == ()


def test_a_commit_of_which_nobody_can_tell_is_asked_about_again() -> None:
    (gate,) = closed(Release(branches=(OnBranch("abc1234", "main"),), must_contain=True))

    assert gate.may_wait
    assert "is not known to be on main" in worded(gate.found).why


class GitHubThatCompares:
    def __init__(self, answer: str | UpstreamError) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str]] = []

    async def compare(self, base: str, head: str, *, limit: int = 250) -> Comparison:
        assert limit == 0
        self.asked.append((base, head))
        if isinstance(self.answer, UpstreamError):
            raise self.answer
        return Comparison(self.answer, 0)


@pytest.mark.parametrize(
    ("answer", "contained"),
    [
        ("identical", True),
        ("behind", True),
        ("ahead", False),
        ("diverged", False),
        (NotFound("GitHub", "None."), False),
        (Unreachable("GitHub", "It is away."), None),
    ],
)
async def test_a_branch_contains_what_it_is_ahead_of(
    answer: str | UpstreamError, *, contained: bool | None
) -> None:
    github = GitHubThatCompares(answer)

    found = await on_branch(
        services(github=github), [change("a")], Build(tag="x"), "main", patient=False
    )

    assert [each.contained for each in found] == [contained]
    assert github.asked == [("main", found[0].about)]


async def test_where_the_answer_must_be_had_a_github_that_is_away_is_waited_for() -> None:
    github = GitHubThatCompares(Unreachable("GitHub", "It is away."))

    with pytest.raises(Unreachable):
        await on_branch(
            services(github=github), [change("a")], Build(tag="x"), "main", patient=True
        )
