"""What keeps a rollback from setting a tag that somebody else has set meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import pytest

from bot.access import Actor
from bot.deployments.deployment import State
from bot.deployments.events import ApplicationEnded, AppOutcome, WayBack
from bot.deployments.ledger import Ledger
from bot.deployments.releases.running import recorded
from bot.deployments.rollbacks.by_argo import past_of
from bot.deployments.rollbacks.going_back import known_history, overtaken, yields
from bot.deployments.rollbacks.worker import SELF
from bot.store import EventStore, Recorded
from bot.store.recording import to_store
from integrations.argocd.model import Application, HistoryEntry
from integrations.clock import SystemClock
from tests.bot.deployments.histories import OLU, History, asked, asked_to_sync, at, change
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


class Past:
    """A record that holds these histories."""

    def __init__(self, stories: Iterable[History]) -> None:
        self._stories = stories

    async def read_all(self, after: int = 0, prefix: str = "") -> list[Recorded]:
        del after
        told = [
            (f"{prefix}{story.deployment.id}", version, event)
            for story in self._stories
            for version, event in enumerate(story.events, 1)
        ]
        return [
            Recorded(place, stream, version, event.at, event.type, to_store(event).data, *[""] * 4)
            for place, (stream, version, event) in enumerate(told, 1)
        ]


def deployed(number: int, service: str, before: str, after: str, *, digest: str = "") -> History:
    moved = change(service, before, after).model_copy(update={"digest": digest})
    story = asked(f"d{number}", services=[service], begins=60 * number).found().started()
    story.planned(["a"], changes=[moved]).intended().committed()
    return story.wave().well("a").over()


def synced(key: str, name: str, revision: str) -> History:
    story = asked_to_sync(key, applications=[name]).started()
    story.planned([name], changes=()).wave().syncing(name)
    ended = {"application": name, "outcome": AppOutcome.SUCCEEDED, "revision": revision}
    return story.then(ApplicationEnded, **ended).over()


async def test_a_revision_that_ran_well_is_known_however_much_else_was_deployed_since() -> None:
    name, now = "custom-dashboards", at(100)
    others = [deployed(number, "chat-svc", "v1", "v2") for number in range(1010)]
    ledger = Ledger(cast("EventStore", Past([synced("d2001", name, "r1"), *others])), SystemClock())
    await ledger.load()
    entry = services().catalog.application(name)
    history = tuple(HistoryEntry(id=each, revision=f"r{each}", deployed_at=now) for each in (1, 2))
    app = Application(name=name, history=history)

    (past,) = past_of(services(ledger=ledger), app, entry, now)

    assert (past.entry.revision, past.why_not, past.unknown) == ("r1", "", "")


async def test_a_digest_is_known_however_much_else_was_deployed_since() -> None:
    ours = deployed(2001, "user-svc", "v1", "v2", digest="sha256:2")
    others = [deployed(number, "chat-svc", "v1", "v2") for number in range(110)]
    ledger = Ledger(cast("EventStore", Past([ours, *others])), SystemClock())
    await ledger.load()

    assert recorded(services(ledger=ledger), "staging", "user-svc", "v2") == "sha256:2"
    assert recorded(services(ledger=ledger), "staging", "user-svc", "v3") == ""


async def test_where_to_go_back_to_is_known_however_much_else_was_deployed_since() -> None:
    others = [
        deployed(number, "chat-svc", f"v{number}", f"v{number + 1}") for number in range(1010)
    ]
    ours = [deployed(2000 + each, "user-svc", f"v{each}", f"v{each + 1}") for each in (1, 2)]
    ledger = Ledger(cast("EventStore", Past([*ours, *others])), SystemClock())
    await ledger.load()
    staging = services().catalog.environment("staging")

    known = known_history(services(ledger=ledger), staging, ["user-svc"])

    assert known.present == {"user-svc": "v3"}
    last = known.last_good()
    assert last is not None
    assert last.tags == ("v2",)
