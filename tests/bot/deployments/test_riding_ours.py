"""Whose commits ride along is believed only where the record has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from bot.deployments.approvals.riding import riding
from bot.deployments.deployment import Deployment
from bot.deployments.plan import Plan
from integrations.argocd.model import Application, ApplicationRef, HistoryEntry
from integrations.gitops import GitCommit
from tests.bot.deployments.histories import BASE, OURS, asked, at, planned_application
from tests.bot.deployments.services import services

RAN = Application("a", history=(HistoryEntry(id=1, revision="e" * 40),))
WRITTEN = GitCommit(OURS, "shipmate", "s@localhost", at(0), "Deploy", {"Deploy-Id": "d1"})


class ArgoCDThatRan:
    async def get(self, ref: ApplicationRef) -> Application:
        assert ref.name == "a"
        return RAN


@dataclass
class GitWith:
    commits: tuple[GitCommit, ...]

    async def riding(self, base: str, head: str, *, limit: int) -> Sequence[GitCommit]:
        assert (base, head) == ("e" * 40, "b" * 40)
        return self.commits[:limit]


@dataclass
class LedgerOf:
    deployment: Deployment

    def knows(self, key: str) -> bool:
        return key == self.deployment.id

    def get(self, key: str) -> Deployment:
        assert self.knows(key)
        return self.deployment


@pytest.mark.parametrize(
    ("commit", "changed", "ours"),
    [
        (WRITTEN, True, True),
        (replace(WRITTEN, sha="f" * 40), True, False),  # anybody can write our trailers
        (replace(WRITTEN, trailers={}), True, False),
        (replace(WRITTEN, trailers={"Deploy-Id": "d2"}), True, False),
        (replace(WRITTEN, sha=BASE), False, False),  # Git said so already: somebody else's commit
    ],
)
async def test_only_a_commit_that_a_deployment_pushed_is_ours(
    commit: GitCommit, *, changed: bool, ours: bool
) -> None:
    deployment = asked().found().planned(["a"]).intended().committed(changed=changed).deployment
    known = services(argocd=ArgoCDThatRan(), gitops=GitWith((commit,)), ledger=LedgerOf(deployment))
    plan = Plan(base="b" * 40, waves=((planned_application("a"),),))

    (rides,) = (await riding(known, plan)).commits

    assert (rides.sha, rides.ours) == (commit.sha, ours)
