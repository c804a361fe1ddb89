"""Which repository a git remote is, on github.com and on a GitHub of one's own."""

from __future__ import annotations

import pytest

from integrations.github.remotes import repository_of

PUBLIC = "https://api.github.com"
OWN = "https://github.corp.example/api/v3"


@pytest.mark.parametrize(
    ("remote", "api", "name"),
    [
        ("https://github.com/link/gitops.git", PUBLIC, "link/gitops"),
        ("https://github.com/link/gitops", PUBLIC, "link/gitops"),
        ("https://GitHub.com/link/gitops/", PUBLIC, "link/gitops"),
        ("git@github.com:link/gitops.git", PUBLIC, "link/gitops"),
        ("ssh://git@github.com/link/gitops.git", PUBLIC, "link/gitops"),
        ("ssh://git@github.com:22/link/gitops.git", PUBLIC, "link/gitops"),
        ("https://github.corp.example/link/gitops.git", OWN, "link/gitops"),
        ("https://github.corp.example/link/gitops.git", PUBLIC, ""),
        ("https://gitlab.com/link/gitops.git", PUBLIC, ""),
        ("https://github.com.evil.example/link/gitops", PUBLIC, ""),
        ("https://github.com/link/team/gitops", PUBLIC, ""),
        ("/srv/git/gitops.git", PUBLIC, ""),
        ("../gitops.git", PUBLIC, ""),
        ("", PUBLIC, ""),
    ],
)
def test_a_remote_is_a_repository_of_the_github_it_is_on(remote: str, api: str, name: str) -> None:
    assert repository_of(remote, api) == name
