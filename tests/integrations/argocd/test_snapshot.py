from __future__ import annotations

from typing import Any

from integrations.argocd import wire
from integrations.argocd.changes import Board
from integrations.argocd.model import Application, ApplicationRef, Change, Health, WatchEvent
from integrations.argocd.snapshot import Snapshot
from integrations.clock import SystemClock
from tests.integrations.argocd.samples import application, row

DEV, STAGING = "link-app-dev", "link-app-staging"


def whole(name: str = DEV, **how: Any) -> Application:
    return wire.application(application(name, **how))


def listed(name: str = DEV, **how: Any) -> Application:
    return wire.application(row(application(name, **how)), complete=False)


def added(app: Application) -> WatchEvent:
    return WatchEvent(Change.ADDED, app)


def knowing(*apps: Application) -> Snapshot:
    snapshot = Snapshot(Board(SystemClock()))
    for app in apps:
        snapshot.hear(added(app))
    return snapshot


def test_a_row_that_agrees_leaves_the_whole_application_in_place() -> None:
    snapshot = knowing(whole())
    assert snapshot.compare([listed()], snapshot.mark) == []
    assert snapshot.get(DEV) == whole()


def test_a_row_that_disagrees_is_doubtful() -> None:
    snapshot = knowing(whole())
    doubtful = snapshot.compare([listed(health="Degraded")], snapshot.mark)
    assert doubtful == [listed(health="Degraded")]
    assert snapshot.get(DEV) == whole()


def test_a_list_is_older_than_what_the_stream_said_while_it_was_asked_for() -> None:
    snapshot = knowing(whole())
    mark = snapshot.mark
    snapshot.hear(added(whole(health="Degraded")))
    assert snapshot.compare([listed()], mark) == []
    app = snapshot.get(DEV)
    assert app is not None
    assert app.health is Health.DEGRADED


def test_a_list_does_not_bring_back_what_was_deleted_while_it_was_asked_for() -> None:
    snapshot = knowing(whole(), whole(STAGING))
    mark = snapshot.mark
    snapshot.hear(WatchEvent(Change.DELETED, whole()))
    snapshot.compare([listed(), listed(STAGING)], mark)
    assert set(snapshot.by_name) == {STAGING}


def test_a_list_does_not_take_away_what_was_made_while_it_was_asked_for() -> None:
    snapshot = knowing(whole())
    mark = snapshot.mark
    snapshot.hear(added(whole(STAGING)))
    snapshot.compare([listed()], mark)
    assert set(snapshot.by_name) == {DEV, STAGING}


def test_a_row_without_a_compared_revision_says_nothing_of_it() -> None:
    snapshot = knowing(whole())
    assert snapshot.compare([listed(revision="")], snapshot.mark) == []
    assert len(snapshot.compare([listed(revision="c" * 40)], snapshot.mark)) == 1


def test_a_row_is_taken_over_while_nothing_better_is_known() -> None:
    snapshot = knowing()
    assert snapshot.compare([listed()], snapshot.mark) == []
    assert snapshot.compare([listed(health="Degraded")], snapshot.mark) == []
    assert snapshot.get(DEV) == listed(health="Degraded")


def test_a_get_that_found_nothing_is_older_than_what_the_stream_said_since() -> None:
    snapshot = knowing(whole())
    mark = snapshot.mark
    snapshot.hear(added(whole(uid="new")))
    snapshot.lose(ApplicationRef(DEV, "argocd"), mark)
    assert snapshot.get(DEV) == whole(uid="new")


async def test_a_listener_remembers_every_name() -> None:
    board = Board(SystemClock())
    snapshot = Snapshot(board)
    with board.join() as changes:
        for name in (DEV, STAGING):
            snapshot.hear(added(whole(name)))
        assert await changes.changed(None, 0) == {DEV, STAGING}
        assert await changes.changed(None, 0) == set()


async def test_what_stays_as_it_was_is_no_change() -> None:
    board = Board(SystemClock())
    snapshot = Snapshot(board)
    snapshot.hear(added(whole()))
    with board.join() as changes:
        snapshot.hear(added(whole()))
        snapshot.compare([listed()], snapshot.mark)
        assert await changes.changed(None, 0) == set()


async def test_who_has_left_hears_no_more() -> None:
    board = Board(SystemClock())
    with board.join() as changes:
        pass
    board.tell(DEV)
    assert await changes.changed(None, 0) == set()
