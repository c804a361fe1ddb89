"""The sandbox works wherever somebody has git as they like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.argocd.repository import Repository
from tests.bot.sandbox.argocd.small_gitops import small_gitops

PARTICULAR = """\
[user]
    useConfigOnly = true
[commit]
    gpgSign = true
[safe]
    bareRepository = explicit
[log]
    showSignature = true
    follow = true
[color]
    ui = always
[format]
    pretty = oneline
[i18n]
    logOutputEncoding = latin1
"""


async def test_a_person_s_settings_of_git_change_nothing_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gitops = small_gitops(tmp_path)
    commit = gitops.deploy("staging", "sha-0000003")
    file = tmp_path / "gitconfig"
    file.write_text(PARTICULAR)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(file))

    repository = Repository(gitops.path)
    assert (await repository.metadata(commit)).message == "Deploy sha-0000003 to staging"
    assert (await repository.newest("main", "environments/staging", 1)) == [commit]
    images = await repository.images(commit, "environments/staging")
    assert images["ghcr.io/link/user-svc"] == "ghcr.io/link/user-svc:sha-0000003"
