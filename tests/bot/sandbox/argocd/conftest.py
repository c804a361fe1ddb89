from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.sandbox.argocd.harness import Argo, running
from tests.bot.sandbox.argocd.small_gitops import SmallGitOps, copied, small_gitops


@pytest.fixture(scope="session")
def gitops_template(tmp_path_factory: pytest.TempPathFactory) -> SmallGitOps:
    return small_gitops(tmp_path_factory.mktemp("gitops"))


@pytest.fixture
def gitops(gitops_template: SmallGitOps, tmp_path: Path) -> SmallGitOps:
    return copied(gitops_template, tmp_path)


@pytest.fixture
async def argo(gitops: SmallGitOps) -> AsyncIterator[Argo]:
    async with running(gitops) as argo:
        yield argo
