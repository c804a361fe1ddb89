"""The Slack client and answers that no Slack should give."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.views.message import Message
from integrations.clock import SystemClock
from integrations.errors import BadAnswer, RateLimited, Unreachable, UpstreamError
from integrations.slack import Slack, SlackRefused

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
SAID = Message("Running")


@asynccontextmanager
async def answering(answer: Answer, patience: float = 5) -> AsyncIterator[tuple[Slack, str]]:
    """A client whose Slack answers everything like this, and that Slack's address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with Slack("xoxb-1", SystemClock(), api_url=f"{url}/api/", timeout=patience) as slack:
        yield slack, url
    await runner.cleanup()


def text(body: str, content_type: str = "application/json", status: int = 200) -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=body, content_type=content_type, status=status)

    return answer


async def cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def cut_in_the_middle(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "100"})
    response.content_type = "application/json"
    await response.prepare(request)
    await response.write(b'{"ok": tr')
    assert request.transport is not None
    request.transport.close()
    return response


async def silence(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    return web.Response()


@pytest.mark.parametrize(
    "answer",
    [
        text("<html>Bad gateway at 10.0.0.1</html>", "text/html", 502),
        text("<html>Sign in to the proxy</html>", "text/html", 200),
        text("upstream connect error", "text/plain", 503),
        text("upstream connect error", "text/plain", 200),
        text('{"ok": tru'),
        text("[1, 2]"),
        text("null"),
        text('"ok"'),
        text("7"),
        text("{}"),
        text('{"ok": true}'),
        text('{"ok": true, "channel": "C1"}'),
        text('{"ok": false, "error": "internal_error"}'),
        text('{"ok": false, "error": "fatal_error"}', status=500),
    ],
)
async def test_an_answer_that_is_not_slacks_leaves_the_outcome_open(answer: Answer) -> None:
    async with answering(answer) as (slack, _):
        with pytest.raises(BadAnswer) as bad:
            await slack.post("C1", SAID, key="card/1")
    assert bad.value.changed == "unknown"
    assert "<html>" not in str(bad.value)
    assert "10.0.0.1" not in str(bad.value)


@pytest.mark.parametrize("answer", [cut, cut_in_the_middle])
async def test_a_cut_answer_leaves_the_outcome_open(answer: Answer) -> None:
    async with answering(answer) as (slack, _):
        with pytest.raises(Unreachable) as bad:
            await slack.post("C1", SAID, key="card/1")
    assert bad.value.changed == "unknown"


async def test_a_slack_that_never_answers_is_given_up() -> None:
    async with answering(silence, patience=0.1) as (slack, _):
        with pytest.raises(Unreachable, match="not answered in time") as bad:
            await slack.post("C1", SAID, key="card/1")
    assert bad.value.changed == "unknown"


async def test_a_refused_connection_changed_nothing() -> None:
    async with Slack("xoxb-1", SystemClock(), api_url="http://127.0.0.1:9/api/") as slack:
        with pytest.raises(Unreachable) as bad:
            await slack.post("C1", SAID, key="card/1")
    assert bad.value.changed == "no"


async def test_a_post_is_never_sent_twice_by_itself() -> None:
    asked: list[str] = []

    async def count_and_cut(request: web.Request) -> web.Response:
        asked.append(request.path)
        return await cut(request)

    async with answering(count_and_cut) as (slack, _):
        for _ in range(3):
            with pytest.raises(Unreachable):
                await slack.post("C1", SAID, key="card/1")
    assert asked == ["/api/chat.postMessage"] * 3


async def test_a_proxy_in_the_environment_is_not_asked_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with answering(text('{"ok": true, "channel": "C1", "ts": "1.0"}')) as (slack, url):
        assert (await slack.post("C1", SAID, key="card/1")).ts == "1.0"
        await slack.respond(f"{url}/response/1", SAID)
    async with Slack("xoxb-1", SystemClock()) as real:
        assert real.sdk.proxy == "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (text("used_url", "text/plain", 404), SlackRefused, "used_url"),
        (text("expired_url", "text/plain", 410), SlackRefused, "expired_url"),
        (text('{"ok": false, "error": "invalid_blocks"}'), SlackRefused, "invalid_blocks"),
        (text("<html>no</html>", "text/html", 403), SlackRefused, "refused"),
        (text("", "text/plain", 302), SlackRefused, "refused"),
        (text("oops", "text/plain", 500), BadAnswer, ""),
        (text("", "text/plain", 429), RateLimited, ""),
        (cut, Unreachable, ""),
    ],
)
async def test_a_response_url_can_be_used_up(
    answer: Answer, kind: type[UpstreamError], code: str
) -> None:
    async with answering(answer) as (slack, url):
        with pytest.raises(kind) as refused:
            await slack.respond(f"{url}/response/T1/2/secret", SAID)
    assert "secret" not in str(refused.value)
    assert getattr(refused.value, "code", "") == code
