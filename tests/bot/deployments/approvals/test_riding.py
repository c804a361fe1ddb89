"""What of the GitOps repository deploys along: as Argo CD stands now, and said where it is cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pytest

from bot.deployments.approvals.reviewing import review
from bot.deployments.approvals.riding import LOOKED_AT, MOST, came_between, riding
from bot.deployments.events import ApprovalRequested
from bot.deployments.ledger import Ledger
from bot.deployments.plan import Plan
from bot.deployments.rollouts.order import is_exact
from bot.views.approval_card import review_blocks
from bot.views.card_facts import CardFacts
from integrations.argocd.model import Application, ApplicationRef, HistoryEntry, Operation, Sync
from integrations.argocd.policy import AutoSync
from integrations.clock import SystemClock
from integrations.gitops import GitCommit
from tests.bot.deployments.histories import asked, at, planned_application
from tests.bot.deployments.services import NO_STORE, services

PATH = "environments/staging/replicas.yaml"
RAN = Application("a", history=(HistoryEntry(id=1, revision="e" * 40),), sync=Sync.OUT_OF_SYNC)
BY_ITSELF = replace(RAN, automated=AutoSync())


def commits(many: int, path: str = PATH) -> tuple[GitCommit, ...]:
    """So many that touch the same file, newest first."""
    return tuple(
        GitCommit(f"{number:040x}", "Someone", "", at(0), f"Tune {number}", files=(path,))
        for number in range(many, 0, -1)
    )


@dataclass
class ArgoCDNow:
    app: Application

    async def get(self, ref: ApplicationRef) -> Application:
        assert ref.name == "a"
        return self.app


@dataclass
class GitWith:
    commits: tuple[GitCommit, ...]
    texts: Mapping[str, str] = field(
        default_factory=lambda: {"e": "replicas: 3", "b": "replicas: 4"}
    )

    async def holds(self, revision: str) -> bool:
        return revision in ("e" * 40, "b" * 40)

    async def riding(self, base: str, head: str, *, limit: int) -> Sequence[GitCommit]:
        assert (base, head) == ("e" * 40, "b" * 40)
        return self.commits[:limit]

    async def read_many(self, revision: str, paths: Sequence[str]) -> dict[str, str]:
        return dict.fromkeys(paths, self.texts[revision[0]])


def no_ledger() -> Ledger:
    """Nothing was ever deployed."""
    return Ledger(NO_STORE, SystemClock())


def planned(*, auto_sync: bool) -> Plan:
    return Plan(base="b" * 40, waves=((planned_application("a", auto_sync=auto_sync),),))


@pytest.mark.parametrize("planned_so", [True, False])
@pytest.mark.parametrize(
    ("app", "rides"),
    [
        (RAN, 1),
        (BY_ITSELF, 1),  # it should have, and has not
        (replace(BY_ITSELF, sync=Sync.SYNCED), 0),
        (replace(BY_ITSELF, operation=Operation(automated=True)), 0),
        (replace(BY_ITSELF, automated=AutoSync(enabled=False), sync=Sync.SYNCED), 1),
        (replace(RAN, history=(HistoryEntry(1, "1.2.3", others=("e" * 40,)),)), 1),
    ],
)
async def test_what_syncs_by_itself_takes_along_what_it_has_not_synced(
    app: Application, rides: int, *, planned_so: bool
) -> None:
    known = services(argocd=ArgoCDNow(app), gitops=GitWith(commits(1)), ledger=no_ledger())

    found = await riding(known, planned(auto_sync=planned_so))

    assert len(found.commits) == rides


@pytest.mark.parametrize(
    ("many", "path", "same", "counted", "cut"),
    [
        (MOST, PATH, False, MOST, False),
        (MOST + 1, PATH, False, MOST, True),
        (LOOKED_AT, PATH, True, 0, False),
        (LOOKED_AT + 1, PATH, True, MOST, True),  # what is not looked at may mean anything
        (LOOKED_AT, "environments/dev/kustomization.yaml", False, 0, False),
        (LOOKED_AT + 1, "environments/dev/kustomization.yaml", False, 0, True),
    ],
)
async def test_of_more_commits_than_are_looked_at_each_counts_that_may_matter(
    many: int, path: str, counted: int, *, same: bool, cut: bool
) -> None:
    git = GitWith(commits(many, path), {"e": "replicas: 3", "b": f"replicas: {3 if same else 4}"})

    known = services(gitops=git, ledger=no_ledger())
    found = await came_between(known, "staging", "e" * 40, "b" * 40)

    assert (len(found.commits), found.is_cut) == (counted, cut)


async def test_approvers_read_that_there_are_more_and_that_they_are_not_known() -> None:
    known = services(
        argocd=ArgoCDNow(RAN),
        gitops=GitWith(commits(MOST + 9)),
        applications=SimpleNamespace(applications={}),
        ledger=no_ledger(),
    )
    plan = planned(auto_sync=False)
    history = asked(needs_approval=True)

    seen = await review(known, history.deployment, plan, [])
    history.then(
        ApprovalRequested, plan=plan, digest="d", review=seen, remind_at=at(9), expires_at=at(99)
    )

    assert seen.riding_is_cut
    assert seen.riding_is_unknown
    blocks = str(review_blocks(history.deployment, CardFacts(now=at(600))))
    assert f"at least {MOST} commits of the GitOps repository" in blocks
    assert f"at least {MOST}, and nobody looked at more" in blocks


@pytest.mark.parametrize("planned_so", [True, False])
@pytest.mark.parametrize(("now", "exact"), [(RAN, True), (BY_ITSELF, False), (None, None)])
def test_which_commit_is_synced_is_told_by_how_argo_cd_stands_now(
    now: Application | None, *, exact: bool | None, planned_so: bool
) -> None:
    deployment = asked(needs_approval=True).deployment
    app = planned_application("a", auto_sync=planned_so)

    assert is_exact(deployment, app, now) is (not planned_so if exact is None else exact)
