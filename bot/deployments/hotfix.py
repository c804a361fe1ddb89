"""Holds automation for an hour where a person deployed what is not on the environment's branch."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.controls.events import ControlEvent, HotfixHeld, HotfixUnknown
from bot.controls.scopes import is_known
from bot.controls.state import Controls
from bot.deployments.deployment import Deployment
from bot.deployments.events import Committed, DeploymentEvent
from bot.deployments.patience import patiently
from bot.guarded import attempt
from integrations.errors import NotFound, UpstreamError
from integrations.groups import TaskGroup

if TYPE_CHECKING:
    from bot.services import Services

HELD_FOR = timedelta(hours=1)
_BESIDE = ("ahead", "diverged")
_PATIENCE = 60.0


class HotfixWatch:
    """Asks GitHub about each commit that a person ships, once that is in Git.

    Where GitHub cannot tell nothing is held, and the deployment's card says so.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._shipped: asyncio.Queue[str] = asyncio.Queue()
        services.ledger.listeners.append(self._hear)

    async def run(self) -> None:
        """Until cancelled. What an earlier life did not come to comes first; a GitHub that is
        away holds up no other question.
        """
        ledger, lately = self._services.ledger, self._services.clock.now() - HELD_FOR
        for deployment in (*ledger.open(), *ledger.ended_since(lately)):
            if _may_be_one(deployment):
                self._shipped.put_nowait(deployment.id)
        async with TaskGroup() as group:
            while True:
                key = await self._shipped.get()
                look = attempt("hotfixes", partial(self.look, key))
                group.create_task(look, name=f"hotfix {key}")

    def _hear(self, deployment: Deployment, event: DeploymentEvent) -> None:
        if isinstance(event, Committed) and _may_be_one(deployment):
            self._shipped.put_nowait(deployment.id)

    async def look(self, key: str) -> None:
        """Hold automation if this deployment shipped a hotfix less than an hour ago."""
        services = self._services
        deployment = services.ledger.get(key)
        request, found, commit = deployment.request, deployment.found, deployment.commit
        judged = services.controls.of(request.environment).judged
        if found is None or commit is None or key in judged:
            return
        if not is_known(request.environment, services.catalog):
            return
        sha, branch = found.build.sha, services.catalog.environment(request.environment).branch
        if services.github is None or not sha or services.clock.now() - commit.at >= HELD_FOR:
            return
        status = await self._compared(branch, sha)
        now = services.clock.now()
        event: ControlEvent = HotfixUnknown(at=now, id=key, commit=sha, branch=branch)
        if status in _BESIDE:
            event = HotfixHeld(
                at=now,
                id=key,
                actor=request.actor,
                commit=sha,
                branch=branch,
                until=now + HELD_FOR,
            )
        elif status:
            return

        def judge(controls: Controls) -> list[ControlEvent]:
            return [] if key in controls.judged else [event]

        await services.controls.record(request.environment, judge)

    async def _compared(self, branch: str, sha: str) -> str:
        """GitHub's word on the commit against the branch, "" where it does not tell."""
        services, answers = self._services, list[str]()
        github = services.github
        assert github is not None  # noqa: S101 - look() asked

        async def ask() -> None:
            answers.append((await github.compare(branch, sha, limit=1)).status)

        try:
            await patiently(services.clock, ask, seconds=_PATIENCE)
        except NotFound:
            return ""
        except UpstreamError as error:
            services.reachability.heard(error)
        return answers[-1] if answers else ""


def _may_be_one(deployment: Deployment) -> bool:
    """Whether a person shipped a commit by its tag: a promotion or a rollback is no hotfix."""
    request = deployment.request
    is_ours = deployment.commit is not None and deployment.commit.changed
    return is_ours and request.actor.kind == "slack" and request.purpose == "deploy"
