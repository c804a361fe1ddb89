"""What a plan says of waves, commits and tags that have moved."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from bot.deployments.desired import moved_since
from bot.deployments.plan import Build, Plan
from bot.deployments.releases.comparing import commits_between
from bot.deployments.waves import find_applications, in_waves
from integrations.argocd.model import Application, Source
from integrations.argocd.policy import AutoSync
from integrations.errors import NotFound, Unreachable, UpstreamError
from integrations.github import Commit, Comparison
from tests.bot.deployments.histories import NEW, OLD, change
from tests.bot.deployments.services import services


@dataclass
class GitHubThatCompares:
    """Answers alike whatever is compared, or by what it is compared with."""

    answer: Comparison | UpstreamError
    by_base: dict[str, Comparison | UpstreamError] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def compare(self, base: str, head: str) -> Comparison:
        self.asked.append((base, head))
        answer = self.by_base.get(base, self.answer)
        if isinstance(answer, UpstreamError):
            raise answer
        return answer


@dataclass
class ArgoCDThatLists:
    applications: list[Application]

    async def list_applications(self) -> list[Application]:
        return self.applications


BUILD = Build(tag=NEW, sha="abc1234" + "0" * 33)


def test_applications_are_grouped_by_the_catalogs_waves_lowest_first() -> None:
    names = ["api-gateway", "link-app-dev", "cert-manager", "ingress-nginx", "link-frontend"]
    waves = in_waves(services(), [Application(name) for name in names])

    assert [[app.name for app in wave] for wave in waves] == [
        ["cert-manager", "ingress-nginx"],
        ["link-app-dev", "link-frontend"],
        ["api-gateway"],
    ]
    assert [wave[0].wave for wave in waves] == [-2, 3, 4]


def test_what_argo_cd_says_of_an_application_goes_into_the_plan() -> None:
    app = Application(
        "link-app-staging",
        namespace="argocd",
        project="link",
        uid="u1",
        automated=AutoSync(),
        sources=(Source(target_revision="main"),),
    )

    planned = in_waves(services(), [app])[0][0]

    assert (planned.namespace, planned.project, planned.uid) == ("argocd", "link", "u1")
    assert (planned.environment, planned.auto_sync) == ("staging", True)
    assert planned.target_revision == "main"


async def test_an_application_that_the_watch_misses_is_asked_for_before_it_counts_as_missing() -> (
    None
):
    seen = type("Watch", (), {"applications": {"a": Application("a")}})()
    argocd = ArgoCDThatLists([Application("a"), Application("b")])

    found, missing = await find_applications(
        services(applications=seen, argocd=argocd), ["a", "b", "c"]
    )

    assert [app.name for app in found] == ["a", "b"]
    assert missing == ("c",)


async def test_the_commits_that_would_ship_are_githubs_comparison() -> None:
    commit = Commit(sha="f" * 40, title="Add search", author="ada", url="https://github.example/c")
    github = GitHubThatCompares(Comparison("ahead", 7, (commit,), (), "https://github.example"))

    commits = await commits_between(services(github=github), [change("user-svc")], BUILD)

    assert github.asked == [("0000001", BUILD.sha)]
    assert (commits.status, commits.total, commits.url) == ("ahead", 7, "https://github.example")
    assert commits.commits[0].title == "Add search"


@pytest.mark.parametrize(
    ("befores", "words"),
    [
        (("latest", OLD), "a tag does not name its commit"),
        (("v1.2.3",), "a tag does not name its commit"),
    ],
)
async def test_what_cannot_be_compared_is_unknown_and_says_why(
    befores: tuple[str, ...], words: str
) -> None:
    changes = [change(f"svc-{number}", before) for number, before in enumerate(befores)]
    github = GitHubThatCompares(Unreachable("GitHub", "it was asked."))

    commits = await commits_between(services(github=github), changes, BUILD)

    assert (commits.status, commits.why) == ("unknown", words)
    assert not github.asked


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NotFound("GitHub", "no such commit."), "GitHub does not know one of the commits"),
        (Unreachable("GitHub", "it did not answer."), "GitHub: it did not answer."),
    ],
)
async def test_a_github_that_cannot_tell_is_no_obstacle(error: UpstreamError, words: str) -> None:
    github = GitHubThatCompares(error)

    commits = await commits_between(services(github=github), [change("user-svc")], BUILD)

    assert (commits.status, commits.why) == ("unknown", words)


async def test_without_github_nothing_is_known_and_the_same_commit_needs_no_question() -> None:
    assert (await commits_between(services(), [change("a")], BUILD)).why == (
        "GitHub is not configured"
    )
    github = GitHubThatCompares(Unreachable("GitHub", "it was asked."))
    same = await commits_between(services(github=github), [change("a", before=NEW)], BUILD)
    assert same.status == "identical"


ADA, BEA = (
    Commit(sha=sha * 40, title="x", author=login, login=login)
    for sha, login in (("1", "ada"), ("2", "bea"))
)
OTHER = "sha-7777777"


async def test_services_that_move_between_commits_of_their_own_are_all_compared() -> None:
    """A promotion of mixed builds: what the card and the author rule see is everything."""
    first = Comparison("ahead", 2, (ADA, BEA), ("db/migrations/1.sql",), "https://github.example")
    second = Comparison("ahead", 2, (BEA,), ("db/migrations/2.sql",), files_cut=True)
    github = GitHubThatCompares(first, {"0000002": second, "0000003": Comparison("identical", 0)})
    changes = [
        change("user-svc"),
        change("chat-svc"),
        change("feed-svc", "sha-0000002", OTHER),
        change("link-svc", "sha-0000003", OTHER),
    ]

    commits = await commits_between(services(github=github), changes, BUILD)

    assert github.asked == [
        ("0000001", BUILD.sha),
        ("0000002", "7777777"),
        ("0000003", "7777777"),
    ]
    assert commits.status == "ahead"
    assert [each.login for each in commits.commits] == ["ada", "bea"]
    assert commits.total == 3  # one that GitHub did not list stays missing
    assert commits.files_cut
    one = await commits_between(services(github=GitHubThatCompares(first)), changes[:1], BUILD)
    assert set(one.migrations) <= set(commits.migrations)


async def test_one_pair_that_stays_does_not_hide_that_another_moves() -> None:
    github = GitHubThatCompares(Comparison("ahead", 1, (ADA,)))
    changes = [change("user-svc", NEW, NEW), change("feed-svc", "sha-0000002", OTHER)]

    commits = await commits_between(services(github=github), changes, BUILD)

    assert github.asked == [("0000002", "7777777")]
    assert (commits.status, commits.total) == ("ahead", 1)


@pytest.mark.parametrize(
    ("second", "status", "why"),
    [
        (Comparison("behind", 0), "diverged", ""),
        (Comparison("ahead", 0), "ahead", ""),
        (NotFound("GitHub", "no."), "unknown", "GitHub does not know one of the commits"),
    ],
)
async def test_what_several_pairs_say_together(
    second: Comparison | UpstreamError, status: str, why: str
) -> None:
    github = GitHubThatCompares(Comparison("ahead", 1, (ADA,)), {"0000002": second})
    changes = [change("user-svc"), change("feed-svc", "sha-0000002", OTHER)]

    commits = await commits_between(services(github=github), changes, BUILD)

    assert (commits.status, commits.why) == (status, why)


def test_what_git_moved_since_the_queueing_is_named() -> None:
    changes = [change("user-svc", before="sha-2"), change("chat-svc", before="sha-2")]

    told = moved_since({"user-svc": "sha-1", "chat-svc": "sha-1"}, changes)

    assert told.endswith("Git moved user-svc, chat-svc from sha-1 to sha-2.")
    assert "Git is as it was" in moved_since({"user-svc": "sha-2", "chat-svc": "sha-2"}, changes)
    assert not moved_since({}, changes)


def test_a_plan_knows_what_git_does_not_hold_yet() -> None:
    plan = Plan(changes=(change("user-svc"), change("chat-svc", NEW, NEW)))

    assert [each.service for each in plan.effective] == ["user-svc"]


async def test_commits_are_compared_with_what_the_pods_run_where_that_is_known() -> None:
    github = GitHubThatCompares(Comparison("ahead", 1, (), (), ""))
    left = change("user-svc", NEW, NEW).model_copy(update={"live": (OLD, NEW)})
    done = change("chat-svc", NEW, NEW).model_copy(update={"live": (NEW,)})

    await commits_between(services(github=github), [left], BUILD)
    await commits_between(services(github=github), [done, left], BUILD)
    same = await commits_between(services(github=github), [done], BUILD)

    assert github.asked == [("0000001", BUILD.sha)] * 2
    assert same.status == "identical"
