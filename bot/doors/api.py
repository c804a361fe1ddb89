"""The HTTP API of the command line and of pipelines: one command in, lines of JSON out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import uuid4

import structlog
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.dispatch import Dispatch
from bot.doors.edge import LARGEST_BODY, body_of
from bot.exits import Exit, exit_after, exit_for
from bot.metrics import Metrics
from bot.request import Answer, Request
from bot.tokens import Facts, bearer_of
from bot.views import plain
from integrations.groups import TaskGroup

log = structlog.get_logger(__name__)

_KEEPALIVE_SECONDS = 15.0


class Asked(BaseModel):
    """The body: `{"command": "deploy staging --dry-run"}`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: str = Field(min_length=1, max_length=8000)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a deployment, as JSON; `outcome` is set on the last one."""

    event: Mapping[str, object]
    outcome: str = ""


class Following(Protocol):
    """Where a deployment's events come from, from its beginning to its end."""

    def follow(self, deployment: str) -> AsyncIterator[Step]:
        """Every step so far, then each as it happens; ends with the deployment."""
        ...

    async def names(self, user_ids: Collection[str]) -> Mapping[str, str]:
        """The names of these people, as far as anybody knows them."""
        ...


class Api:
    """`POST /api/v1/commands`."""

    def __init__(
        self, dispatch: Dispatch, facts: Facts, following: Following, metrics: Metrics
    ) -> None:
        self._dispatch = dispatch
        self._facts = facts
        self._following = following
        self._metrics = metrics

    async def commands(self, request: web.Request) -> web.StreamResponse:
        """The route's handler. A repeated Idempotency-Key never starts anything twice."""
        actor = await bearer_of(self._facts, request.headers.get("Authorization", ""))
        if actor is None:
            hint = "Get a token with /shipmate login."
            return self._refused(401, f"The bearer token is missing, wrong or expired. {hint}")
        raw = await body_of(request, LARGEST_BODY)
        if raw is None:
            return self._refused(413, "The body is too large.")
        try:
            asked = Asked.model_validate_json(raw)
        except (ValidationError, RecursionError):
            return self._refused(400, 'The body must be {"command": "…"} in JSON.')
        repeated = request.headers.get("Idempotency-Key", "")[:200]
        key = f"api:{actor.subject}:{repeated or uuid4().hex}"
        answer = await self._dispatch.answer(Request(actor, _without_slash(asked.command), key))
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        try:
            await response.prepare(request)
            await self._stream(response, answer)
        except* ConnectionError:  # what was asked for goes on, as it was told
            log.info("caller.gone", deployment=answer.reply.follow)
        return response

    async def _stream(self, response: web.StreamResponse, answer: Answer) -> None:
        reply = answer.reply
        code = exit_for(answer.error, failed=reply.failed)
        if reply.modal is not None and code == Exit.DONE:
            code = Exit.USAGE  # a question that only more words can answer here
        said = "\n".join(plain.lines(reply.message))
        names = {} if reply.document else await self._following.names(plain.mentioned(said))
        first = {
            "type": "reply",
            "text": reply.document or plain.for_shell(said, names),
            "ok": code == Exit.DONE,
        }
        await _line(response, {**first, "follow": reply.follow})
        outcome = ""
        if reply.follow and code == Exit.DONE:
            outcome = await self._follow(response, reply.follow)
            code = exit_after(outcome)
        await _line(response, {"type": "end", "outcome": outcome, "exit_code": int(code)})
        await response.write_eof()

    async def _follow(self, response: web.StreamResponse, deployment: str) -> str:
        """Pass the deployment's events on; its outcome, or "" where they ended without one."""
        steps: asyncio.Queue[Step | None] = asyncio.Queue()

        async def read() -> None:
            async for step in self._following.follow(deployment):
                steps.put_nowait(step)
            steps.put_nowait(None)

        async with TaskGroup() as tasks:
            reading = tasks.create_task(read(), name=f"follow {deployment}")
            while True:
                try:
                    step = await asyncio.wait_for(steps.get(), _KEEPALIVE_SECONDS)
                except TimeoutError:
                    await _line(response, {"type": "wait"})
                    continue
                if step is None:
                    return ""
                await _line(response, {"type": "event", "event": dict(step.event)})
                if step.outcome:
                    reading.cancel()
                    return step.outcome

    def _refused(self, status: int, why: str) -> web.Response:
        self._metrics.refused(status)
        log.info("refused", status=status, why=why, path="/api/v1/commands")
        return web.json_response({"error": why}, status=status)


def _without_slash(command: str) -> str:
    """As it is typed in a shell, also where it came as it is typed in Slack."""
    return command.removeprefix("/").removeprefix("shipmate ") if command[0] == "/" else command


async def _line(response: web.StreamResponse, value: Mapping[str, object]) -> None:
    await response.write(json.dumps(value, ensure_ascii=False, default=str).encode() + b"\n")
