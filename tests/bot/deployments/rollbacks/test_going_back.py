"""What keeps a rollback from setting a tag that somebody else has set meanwhile."""

from __future__ import annotations

import pytest

from bot.access import Actor
from bot.deployments.deployment import State
from bot.deployments.events import WayBack
from bot.deployments.ledger import Ledger
from bot.deployments.rollbacks.going_back import overtaken, yields
from bot.deployments.rollbacks.worker import SELF
from tests.bot.deployments.histories import OLU, asked, change
from tests.bot.deployments.ledgers import tell
from tests.bot.deployments.services import services


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


@pytest.mark.parametrize(("by", "state"), [(OLU, State.QUEUED), (SELF, State.SUPERSEDED)])
async def test_what_others_deployed_since_it_was_asked_for_is_undone_by_people_alone(
    ledger: Ledger, by: Actor, state: State
) -> None:
    seen = WayBack(at_once=True, replaces={"user-svc": "v3"})
    back = asked("d1", services=["user-svc"], actor=by, purpose="rollback", way_back=seen).found()
    await tell(ledger, back)
    newer = asked("d2", begins=20).found().started()
    newer.planned(["a"], changes=[change("user-svc", "v3", "v4")]).intended().committed()
    await tell(ledger, newer.wave().well("a").over())

    now = [change("user-svc", "v4", "v2")]
    await yields(services(ledger=ledger), ledger.get("d1"), now)

    assert ledger.get("d1").state is state
