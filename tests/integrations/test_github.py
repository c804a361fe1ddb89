"""What the bot asks GitHub, and what it makes of the answers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.github import SandboxGitHub
from bot.sandbox.github.history import MEI, Person
from integrations.errors import (
    BadAnswer,
    NotFound,
    RateLimited,
    Unauthorized,
    Unreachable,
)
from integrations.github import Comparison, GitHub
from integrations.groups import TaskGroup
from tests.integrations.github_kit import PIPELINE, client, sandbox


@pytest.fixture
async def there() -> AsyncIterator[SandboxGitHub]:
    async with sandbox() as there:
        yield there


@pytest.fixture
async def github(there: SandboxGitHub) -> AsyncIterator[GitHub]:
    async with client(there) as github:
        yield github


# -- builds ----------------------------------------------------------------------------------------


async def test_the_newest_green_build_of_a_branch(there: SandboxGitHub, github: GitHub) -> None:
    newest, *_ = await github.runs(PIPELINE, branch="develop", status="success")
    commit = there.newest("develop")
    assert (newest.head_sha, newest.head_branch, newest.event) == (commit.sha, "develop", "push")
    assert (newest.repository, newest.head_repository) == ("link/app", "link/app")
    assert (newest.title, newest.actor) == (commit.title, "mei-lin")
    assert newest.is_green
    assert not newest.is_running
    assert newest.url == f"{there.base_url}/link/app/actions/runs/{newest.id}"
    assert newest.created_at == commit.at


async def test_a_build_that_still_runs_and_then_ends(there: SandboxGitHub, github: GitHub) -> None:
    commit = there.add_commit("user-svc: greet people by name", author=MEI)
    building = there.add_run(commit, status="in_progress")
    newest, *older = await github.runs(PIPELINE, branch="develop")
    assert newest.id == building.id
    assert newest.is_running
    assert newest.conclusion == ""
    assert all(not run.is_running for run in older)
    there.finish_run(building)
    assert (await github.run(building.id)).is_green


async def test_runs_are_those_that_were_asked_for(there: SandboxGitHub, github: GitHub) -> None:
    main = await github.runs(PIPELINE, branch="main", per_page=2)
    assert [run.head_branch for run in main] == ["main", "main"]
    failed = await github.runs(PIPELINE, branch="develop", status="failure")
    assert [run.conclusion for run in failed] == ["failure"]
    assert await github.runs(PIPELINE, event="workflow_dispatch") == ()
    sha = there.newest().sha
    assert {run.head_sha for run in await github.runs(PIPELINE, head_sha=sha)} == {sha}
    with pytest.raises(NotFound):
        await github.runs("nightly.yml")
    with pytest.raises(NotFound):
        await github.run(1)


# -- commits ---------------------------------------------------------------------------------------


async def test_a_commit_by_branch_sha_or_its_beginning(
    there: SandboxGitHub, github: GitHub
) -> None:
    newest = there.newest()
    for ref in ("develop", newest.sha, newest.short):
        commit = await github.commit(ref)
        assert (commit.sha, commit.author, commit.title) == (newest.sha, "mei-lin", newest.title)
        assert commit.at == newest.at
    with pytest.raises(NotFound):
        await github.commit("0123456")


async def test_what_ships_beyond_what_runs(there: SandboxGitHub, github: GitHub) -> None:
    line = there.history.line(there.newest().sha)
    found = await github.compare(line[-4].short, "develop")
    assert (found.status, found.total) == ("ahead", 3)
    assert [commit.sha for commit in found.commits] == [c.sha for c in line[:-4:-1]]
    assert "services/link-frontend/main.go" in found.files
    assert found.url.startswith(f"{there.base_url}/link/app/compare/")
    assert (await github.compare("develop", line[-4].sha)).status == "behind"
    assert (await github.compare("develop", "develop")) == Comparison(
        "identical", 0, url=f"{there.base_url}/link/app/compare/{line[-1].sha}...{line[-1].sha}"
    )
    assert (await github.compare("main", "develop")).status == "diverged"
    with pytest.raises(NotFound):
        await github.compare("0123456", "develop")


async def test_a_long_way_is_read_page_by_page(there: SandboxGitHub, github: GitHub) -> None:
    base = there.newest().sha
    added = [there.add_commit(f"Change number {number}").sha for number in range(450)]
    found = await github.compare(base, "develop", limit=250)
    assert found.total == 450
    assert len(found.commits) >= 250
    assert [commit.sha for commit in found.commits] == added[::-1][: len(found.commits)]
    whole = await github.compare(base, "develop", limit=500)
    assert [commit.sha for commit in whole.commits] == added[::-1]


async def test_a_hotfix_beside_everybody_s_work_diverges(
    there: SandboxGitHub, github: GitHub
) -> None:
    line = there.history.line(there.newest().sha)
    there.add_branch("hotfix", line[-3])
    fix = there.add_commit("Fix the login", branch="hotfix", files=["services/user-svc/login.go"])
    found = await github.compare(line[-1].sha, fix.sha)
    assert (found.status, found.total, found.behind) == ("diverged", 1, 2)
    assert found.files == ("services/user-svc/login.go",)
    assert not found.files_cut


async def test_more_files_than_github_lists_are_said_to_be_missing(
    there: SandboxGitHub, github: GitHub
) -> None:
    base = there.newest().sha
    there.add_commit("Move everything", files=[f"services/file-{n:03}.go" for n in range(301)])
    found = await github.compare(base, "develop")
    assert len(found.files) == 300
    assert found.files_cut


async def test_who_wrote_a_commit_is_an_account_or_nobody_we_know(
    there: SandboxGitHub, github: GitHub
) -> None:
    base = there.newest().sha
    there.add_commit(
        "Pair on it", author=MEI, body="With care.\n\nCo-authored-by: Sam Stranger <sam@x.example>"
    )
    there.add_commit("From outside", author=Person("", "Sam Stranger"))
    stranger, pair = (await github.compare(base, "develop")).commits
    assert (stranger.login, stranger.author) == ("", "Sam Stranger")
    assert (pair.login, pair.author, pair.title) == ("mei-lin", "mei-lin", "Pair on it")
    assert pair.co_authors == ("Sam Stranger",)
    assert "With care." in pair.message


async def test_the_pull_requests_of_a_commit_with_their_labels(
    there: SandboxGitHub, github: GitHub
) -> None:
    newest = there.newest()
    assert await github.pulls(newest.sha) == ()
    number = there.add_pull(newest, "bug", "rollback-unsafe")
    (pull,) = await github.pulls(newest.sha)
    assert (pull.number, pull.title) == (number, newest.title)
    assert pull.labels == ("bug", "rollback-unsafe")
    with pytest.raises(NotFound):
        await github.pulls("0123456")


# -- what CI says ----------------------------------------------------------------------------------


async def test_a_build_s_jobs_are_the_checks_of_its_commit(
    there: SandboxGitHub, github: GitHub
) -> None:
    commit = there.add_commit("Try another ranking")
    assert await github.check_runs(commit.sha) == ()
    run = there.add_run(commit, status="in_progress")
    checks = await github.check_runs(commit.sha)
    assert [(one.name, one.is_running, one.is_green) for one in checks] == [
        ("build", True, False),
        ("test", True, False),
    ]
    there.finish_run(run)
    checks = await github.check_runs(commit.short)
    assert all(one.is_green and one.app == "github-actions" for one in checks)
    with pytest.raises(NotFound):
        await github.check_runs("0123456")


async def test_checks_that_are_red_pending_or_have_nothing_to_say(
    there: SandboxGitHub, github: GitHub
) -> None:
    said = {"build": "success", "docs": "skipped", "lint": "failure", "e2e": "queued"}
    there.set_checks(there.newest(), {**said, "old": "stale"})
    found = {one.name: one for one in await github.check_runs("develop")}
    assert {name for name, one in found.items() if one.is_green} == {"build", "docs"}
    assert {name for name, one in found.items() if one.is_running} == {"e2e"}
    there.set_checks(there.newest(), {})
    assert await github.check_runs("develop") == ()


async def test_all_pages_of_checks_and_statuses_are_read(
    there: SandboxGitHub, github: GitHub
) -> None:
    newest = there.newest()
    there.set_checks(newest, {f"job-{n:04}": "success" for n in range(1100)} | {"last": "failure"})
    found = await github.check_runs("develop")
    assert len(found) == 1101
    assert not found[-1].is_green
    for number in range(130):
        there.set_status(newest, "success", f"ci/{number}")
    there.set_status(newest, "pending", "ci/last")
    status = await github.status("develop")
    assert (len(status.contexts), status.state) == (131, "pending")
    assert status.contexts["ci/last"] == "pending"


async def test_the_repository_and_what_we_may_do(github: GitHub) -> None:
    found = await github.repository()
    assert (found.full_name, found.default_branch) == ("link/app", "develop")
    assert found.permissions == {"push", "pull"}


# -- limits and faults -----------------------------------------------------------------------------


async def test_an_unchanged_answer_costs_nothing(there: SandboxGitHub, github: GitHub) -> None:
    first = await github.runs(PIPELINE)
    remaining = there.faults.remaining
    assert await github.runs(PIPELINE) == first
    assert there.calls[-1].status == 304
    assert there.faults.remaining == remaining
    there.add_run(there.add_commit("Something new"))
    assert await github.runs(PIPELINE) != first
    assert github.rest.remaining == there.faults.remaining


@pytest.mark.parametrize("secondary", [True, False], ids=["secondary", "primary"])
async def test_after_a_rate_limit_nothing_is_sent_until_its_end(
    there: SandboxGitHub,
    github: GitHub,
    secondary: bool,  # noqa: FBT001
) -> None:
    there.faults.rate_limit(seconds=10, secondary=secondary)
    with pytest.raises(RateLimited) as limit:
        await github.runs(PIPELINE)
    assert 3 < limit.value.retry_after <= 11  # a busy machine takes its part of the ten
    asked = len(there.calls)
    with pytest.raises(RateLimited):
        await github.commit("develop")
    assert len(there.calls) == asked
    await there.clock.sleep(limit.value.retry_after)
    assert await github.runs(PIPELINE)


async def test_a_short_fault_is_not_noticed(there: SandboxGitHub, github: GitHub) -> None:
    there.faults.answer_html(2)
    assert await github.runs(PIPELINE)
    there.faults.truncate()
    assert (await github.repository()).full_name == "link/app"


async def test_a_lasting_fault_is_told_apart(there: SandboxGitHub, github: GitHub) -> None:
    there.faults.answer_html(3)
    with pytest.raises(BadAnswer, match="502"):
        await github.runs(PIPELINE)
    there.faults.truncate(3)
    with pytest.raises(BadAnswer, match="something other than GitHub"):
        await github.runs(PIPELINE)
    there.faults.cut_off()
    with pytest.raises(Unreachable) as error:
        await github.runs(PIPELINE)
    assert error.value.changed == "no"
    there.faults.restore()
    assert await github.runs(PIPELINE)


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_a_wrong_token_is_said_and_not_shown(there: SandboxGitHub, token: str) -> None:
    async with client(there, token) as github:
        with pytest.raises(Unauthorized, match="GITHUB_TOKEN") as error:
            await github.runs(PIPELINE)
        assert "wrong" not in str(error.value)
        assert len(there.calls) == 1


async def test_an_answer_that_many_others_push_out_meanwhile_is_still_the_answer(
    there: SandboxGitHub, github: GitHub
) -> None:
    paths = [
        f"repos/link/app/commits/{sha}{tail}"
        for sha in there.history.commits
        for tail in ("", "/status", "/check-runs")
    ]
    assert len(paths) > 64
    for _ in range(2):
        async with TaskGroup() as group:
            asked = [group.create_task(github.rest.get(path)) for path in paths]
        answers = [task.result() for task in asked]
        assert all(answers)
