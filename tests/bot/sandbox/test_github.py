"""The sandbox's GitHub tells one plausible past, and behaves like GitHub at its edges."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from bot.sandbox.github import SandboxGitHub, link_history
from integrations.clock import SystemClock
from tests.integrations.github_kit import PIPELINE, TOKEN, sandbox

RUNS = f"/repos/link/app/actions/workflows/{PIPELINE}/runs"


@pytest.fixture
async def there() -> AsyncIterator[SandboxGitHub]:
    async with sandbox() as there:
        yield there


@pytest.fixture
async def http(there: SandboxGitHub) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(base_url=there.base_url, headers=headers) as http:
        yield http


def test_the_past_is_the_same_whenever_it_is_told() -> None:
    now = SystemClock().now()
    early, late = link_history(now), link_history(now + timedelta(days=400))
    assert early.branches == late.branches
    assert set(early.commits) == set(late.commits)


def test_every_commit_has_a_title_an_author_and_a_time_before_now() -> None:
    now = SystemClock().now()
    history = link_history(now)
    assert len(history.commits) > 25
    assert set(history.branches) == {"develop", "main"}
    for commit in history.commits.values():
        assert commit.title
        assert commit.author.email.endswith("@linkapp.com")
        assert commit.at < now
        assert all(history.commits[parent].at < commit.at for parent in commit.parents)


def test_each_release_holds_what_was_developed_before_it() -> None:
    history = link_history(SystemClock().now())
    newest = history.commits[history.branches["main"]]
    assert len(newest.parents) == 2
    assert newest.parents[1] in {c.sha for c in history.line(history.branches["develop"])}


async def test_all_builds_are_green_but_one(there: SandboxGitHub, http: httpx.AsyncClient) -> None:
    answer = (await http.get(RUNS, params={"per_page": 100})).json()
    conclusions = [run["conclusion"] for run in answer["workflow_runs"]]
    assert answer["total_count"] == len(conclusions) == len(there.history.commits)
    assert conclusions.count("failure") == 1
    assert conclusions[0] == "success"


async def test_the_list_comes_in_pages(http: httpx.AsyncClient) -> None:
    whole = (await http.get(RUNS, params={"per_page": 100})).json()["workflow_runs"]
    second = (await http.get(RUNS, params={"per_page": 5, "page": 2})).json()["workflow_runs"]
    assert [run["id"] for run in second] == [run["id"] for run in whole[5:10]]


async def test_an_answer_that_is_held_already_is_not_sent_again(http: httpx.AsyncClient) -> None:
    first = await http.get(RUNS)
    again = await http.get(RUNS, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_strangers_and_other_repositories_are_refused(
    there: SandboxGitHub, http: httpx.AsyncClient
) -> None:
    assert (await http.get(RUNS, headers={"Authorization": "Bearer no"})).status_code == 401
    for path in ("/repos/link/other", RUNS.replace(PIPELINE, "other.yml"), "/repos/link/app/x"):
        answer = await http.get(path)
        assert answer.status_code == 404
    assert [call.status for call in there.calls] == [401, 404, 404, 404]


async def test_a_link_leads_to_a_page(there: SandboxGitHub, http: httpx.AsyncClient) -> None:
    commit = there.add_commit("Say <b>hello</b>")
    page = await http.get(f"/link/app/commit/{commit.sha}")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "Say &lt;b&gt;hello&lt;/b&gt;" in page.text


async def test_statuses_of_one_context_replace_each_other(
    there: SandboxGitHub, http: httpx.AsyncClient
) -> None:
    url = f"/repos/link/app/statuses/{there.newest().sha}"
    for state in ("pending", "success"):
        await http.post(url, json={"state": state, "context": "shipmate/dev"})
    combined = (await http.get("/repos/link/app/commits/develop/status")).json()
    assert (combined["state"], combined["total_count"]) == ("success", 1)
