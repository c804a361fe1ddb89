"""Our client asks what GitHub offers, and the sandbox answers as GitHub describes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.sandbox.github import Person, SandboxGitHub
from tests.contract.openapi import GitHubDescription
from tests.integrations.github_kit import PIPELINE, TOKEN, client, sandbox

pytestmark = pytest.mark.contract

REPOSITORY = "/repos/link/app"
RUNS = f"{REPOSITORY}/actions/workflows/{PIPELINE}/runs"


@pytest.fixture(scope="module")
def description(contracts: Path) -> GitHubDescription:
    return GitHubDescription(contracts)


@pytest.fixture
async def there() -> AsyncIterator[SandboxGitHub]:
    async with sandbox() as there:
        yield there


def faults(description: GitHubDescription, answer: httpx.Response) -> list[str]:
    """What in an answer GitHub's description does not allow."""
    operation = description.operation(answer.request.method, answer.request.url.path)
    validator = description.answer(operation, answer.status_code)
    return [
        f"{error.json_path}: {error.message[:200]}"
        for error in validator.iter_errors(answer.json())
    ]


async def test_everything_our_client_asks_is_offered(
    description: GitHubDescription, there: SandboxGitHub
) -> None:
    async with client(there) as github:
        await github.repository()
        (run, *_) = await github.runs(
            PIPELINE, branch="develop", status="success", head_sha=there.newest().sha
        )
        await github.run(run.id)
        await github.commit("develop")
        await github.status(run.head_sha)
        await github.check_runs(run.head_sha)
        await github.pulls(run.head_sha)
        await github.compare("main", "develop")
        await github.team_membership("link", "platform", "olu-oncall")
        await github.team_members("link", "platform")
        await github.is_protected(f"{there.base_url}/link/app", "main")
    assert len(there.calls) == 11
    for call in there.calls:
        offered = description.query_parameters(description.operation(call.method, call.path))
        for name, value in call.query:
            assert name in offered, f"{call.path} takes no {name}"
            assert value in offered[name].get("enum", [value])


@pytest.mark.parametrize(
    "path",
    [
        REPOSITORY,
        RUNS,
        f"{RUNS}?branch=main&per_page=3&page=2",
        f"{REPOSITORY}/actions/runs?status=failure",
        f"{REPOSITORY}/branches/main",
        f"{REPOSITORY}/commits/develop",
        "/orgs/link/teams/platform/memberships/olu-oncall",
        "/orgs/link/teams/platform/members",
        f"{REPOSITORY}/commits/main/status",
        f"{REPOSITORY}/commits/main/check-runs",
        f"{REPOSITORY}/commits/develop/pulls",
        f"{REPOSITORY}/commits/develop/check-runs?filter=latest&per_page=1&page=2",
        f"{REPOSITORY}/compare/main...develop",
        f"{REPOSITORY}/compare/develop...main?per_page=100&page=2",
        f"{REPOSITORY}/compare/main...main",
    ],
)
async def test_the_sandbox_answers_as_described(
    description: GitHubDescription, there: SandboxGitHub, path: str
) -> None:
    stranger = Person("", "Sam Stranger")
    there.add_pull(there.newest(), "rollback-unsafe")
    there.add_run(there.add_commit("Still building", author=stranger), status="in_progress")
    async with httpx.AsyncClient(base_url=there.base_url) as http:
        answer = await http.get(path, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert faults(description, answer) == []


async def test_a_single_run_and_a_posted_status_answer_as_described(
    description: GitHubDescription, there: SandboxGitHub
) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    building = there.add_run(there.newest(), status="queued")
    given = {
        "state": "pending",
        "context": "shipmate/staging",
        "description": "Waiting for Argo CD",
        "target_url": "https://slack.example/archives/C0/p1",
    }
    async with httpx.AsyncClient(base_url=there.base_url, headers=headers) as http:
        run = await http.get(f"{REPOSITORY}/actions/runs/{building.id}")
        posted = await http.post(f"{REPOSITORY}/statuses/{there.newest().sha}", json=given)
        combined = await http.get(f"{REPOSITORY}/commits/develop/status")
        refused = await http.post(f"{REPOSITORY}/statuses/develop", json={"state": "fine"})
    assert (run.status_code, posted.status_code, refused.status_code) == (200, 201, 422)
    operation = description.operation("POST", f"{REPOSITORY}/statuses/x")
    assert list(description.question(operation).iter_errors(given)) == []
    assert [faults(description, answer) for answer in (run, posted, combined)] == [[], [], []]


async def test_an_error_answers_as_described(
    description: GitHubDescription, there: SandboxGitHub
) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(base_url=there.base_url, headers=headers) as http:
        answer = await http.get(f"{REPOSITORY}/compare/0123456...develop")
    assert answer.status_code == 404
    assert faults(description, answer) == []


def test_the_description_itself_refuses_what_is_wrong(description: GitHubDescription) -> None:
    operation = description.operation("GET", f"{REPOSITORY}/actions/runs/1")
    validator = description.answer(operation, 200)
    assert not validator.is_valid({"id": 1})
    with pytest.raises(AssertionError, match="GitHub has no"):
        description.operation("GET", f"{REPOSITORY}/weather")
