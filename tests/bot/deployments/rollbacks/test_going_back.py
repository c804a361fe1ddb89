"""What keeps a rollback from setting a tag that somebody else has set meanwhile."""

from __future__ import annotations

import pytest

from bot.deployments.rollbacks.going_back import overtaken
from tests.bot.deployments.histories import change


@pytest.mark.parametrize(
    ("git_holds", "why"),
    [
        ("v3", ""),  # as it was when the rollback was asked for
        ("v4", ""),  # a deployment that it stopped had pushed by then
        ("v2", ""),  # where it leads: nothing is left to do
        ("v9", "Somebody set user-svc to v9 in Git meanwhile."),
    ],
)
def test_only_what_was_seen_or_is_ours_is_overwritten(git_holds: str, why: str) -> None:
    changes = [change("user-svc", git_holds, "v2")]
    assert overtaken({"user-svc": "v3"}, {"user-svc": "v4"}, changes) == why


def test_what_was_never_looked_at_is_taken_as_it_is() -> None:
    assert overtaken({}, {}, [change("user-svc", "v9", "v2")]) == ""
