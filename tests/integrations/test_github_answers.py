"""What the bot makes of answers that GitHub gives rarely, or never should."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from integrations.clock import FastClock
from integrations.errors import (
    BadAnswer,
    NotFound,
    Rejected,
)
from integrations.github import GitHub
from integrations.http import http_client
from tests.integrations.github_kit import PIPELINE, client, sandbox

Answer = Callable[[web.Request], Awaitable[web.Response]]


async def ask(answer: Answer, question: Callable[[GitHub], Awaitable[object]]) -> object:
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server, http_client(str(server.make_url("/"))) as http:
        return await question(GitHub(http, "link/app", "t", FastClock(1000.0)))


async def test_a_row_that_is_no_run_does_not_hide_the_others() -> None:
    async def answer(_: web.Request) -> web.Response:
        rows = [
            {"id": 1, "head_sha": "a", "status": "completed", "conclusion": "success"},
            {"id": None},
            "rubbish",
            {
                "id": 2,
                "head_sha": "b",
                "status": "in_progress",
                "conclusion": None,
                "actor": None,
                "head_repository": None,
                "display_title": None,
                "name": "CI",
            },
        ]
        return web.json_response({"workflow_runs": rows, "total_count": 4})

    runs = await ask(answer, lambda github: github.runs(PIPELINE))
    assert [(run.id, run.title, run.actor) for run in runs] == [(1, "", ""), (2, "CI", "")]  # type: ignore[attr-defined]


@pytest.mark.parametrize("body", ["[]", "{}", "null", '{"workflow_runs": 3}', "<html>", ""])
async def test_an_answer_that_is_no_list_is_said(body: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=body, content_type="application/json")

    with pytest.raises(BadAnswer):
        await ask(answer, lambda github: github.runs(PIPELINE))


async def test_a_repository_that_has_moved_is_said() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"message": "Moved Permanently"}, status=301)

    with pytest.raises(Rejected, match="has moved"):
        await ask(answer, lambda github: github.repository())


async def test_the_version_and_nothing_secret_in_the_url() -> None:
    seen: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request)
        return web.json_response({"sha": "a", "commit": {"message": "Fix it\n\nlong"}})

    commit = await ask(answer, lambda github: github.commit("feature/a b"))
    assert commit.title == "Fix it"  # type: ignore[attr-defined]
    assert seen[0].headers["X-GitHub-Api-Version"] == "2026-03-10"
    assert seen[0].headers["Accept"] == "application/vnd.github+json"
    assert seen[0].raw_path == "/repos/link/app/commits/feature%2Fa%20b?per_page=1"


async def test_a_membership_is_active_pending_or_none() -> None:
    async with sandbox() as there, client(there) as github:
        there.teams.put("link/platform", ["Mei-Lin"], "pending")
        assert await github.team_membership("link", "platform", "Olu-OnCall") == "active"
        assert await github.team_membership("link", "platform", "mei-lin") == "pending"
        assert await github.team_membership("link", "platform", "nobody") == "none"
        assert await github.team_membership("link", "no-such-team", "olu-oncall") == "none"


async def test_the_members_of_a_team_are_those_who_accepted_on_all_pages() -> None:
    async with sandbox() as there, client(there) as github:
        there.teams.put("link/large", [f"one-of-{number}" for number in range(200)])
        there.teams.put("link/large", ["invited"], "pending")
        members = await github.team_members("link", "large")
        assert len(members) == 200
        assert "invited" not in members
        with pytest.raises(NotFound):
            await github.team_members("link", "no-such-team")


@pytest.mark.parametrize("body", ["[]", "{}", '{"state": "elated"}', '{"state": null}', "null"])
async def test_a_membership_that_is_not_understood_is_not_taken_for_one(body: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=body, content_type="application/json")

    with pytest.raises(BadAnswer):
        await ask(answer, lambda github: github.team_membership("link", "platform", "x"))
