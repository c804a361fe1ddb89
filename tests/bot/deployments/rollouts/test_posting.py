"""Where an application has several sources, the approved commit is named for ours, or nothing is
asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from bot.deployments.rollouts.posting import post
from integrations.argocd.model import Application, ApplicationRef, Source
from integrations.errors import Rejected
from tests.bot.deployments.histories import OURS, asked
from tests.bot.deployments.services import services

NAME = "link-app-production"
GIT = Source("https://git.example.com/link/gitops.git", "environments/production", "main")
CHART = Source("https://charts.example.com", "", "1.2.3")


class ArgoCD:
    """Has one application, and notes what it is asked to sync."""

    def __init__(self, sources: Sequence[Source], compared: Sequence[str]) -> None:
        self.app = Application(NAME, sources=tuple(sources), sync_revisions=tuple(compared))
        self.asked: list[tuple[object, object]] = []

    async def get(self, _: ApplicationRef) -> Application:
        return self.app

    async def sync(self, _: ApplicationRef, **words: object) -> Application:
        self.asked.append((words["revision"], words["positions"]))
        return self.app


class Git:
    async def holds(self, revision: str) -> bool:
        return revision in {OURS, "b" * 40}


async def posted(argocd: ArgoCD) -> list[tuple[object, object]]:
    story = asked(applications=(NAME,), needs_approval=True).found().started().planned((NAME,))
    deployment = story.intended().committed().wave().asked_to_sync(NAME).deployment
    known = SimpleNamespace(applications={})
    found = services(argocd=argocd, gitops=Git(), applications=known)
    await post(found, deployment, deployment.runs[NAME], ApplicationRef(NAME))
    return argocd.asked


async def test_a_single_source_is_named_by_the_commit_alone() -> None:
    assert await posted(ArgoCD([GIT], [])) == [(OURS, ())]


async def test_of_several_ours_is_named() -> None:
    assert await posted(ArgoCD([CHART, GIT], ["1.2.3", "b" * 40])) == [(OURS, (2,))]


@pytest.mark.parametrize("compared", [(), ("b" * 40,), ("1.2.3", "a" * 40)])
async def test_where_none_is_known_to_be_ours_nothing_is_asked_for(compared: Sequence[str]) -> None:
    argocd = ArgoCD([CHART, GIT], compared)
    with pytest.raises(Rejected, match="/shipmate app refresh link-app-production"):
        await posted(argocd)
    assert argocd.asked == []
