"""What is known of every application, and which of two reports about one is the newer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from integrations.argocd.changes import Board
from integrations.argocd.model import Application, ApplicationRef, Change, WatchEvent

Key = tuple[str, str]
"""Namespace and name: in Argo CD two namespaces may hold applications of one name."""


class Snapshot:
    """The newest Application of each key. Every change is told on the board.

    `mark` counts what the stream said. An answer that was asked for at some mark is older than
    everything the stream said of the same application since, and gives way to it.
    """

    def __init__(self, board: Board) -> None:
        self._board = board
        self._all: dict[Key, Application] = {}
        self._by_name: dict[str, Application] = {}
        self._said: dict[Key, int] = {}  # the mark at which the stream last spoke of a key
        self._settled: dict[Key, tuple[object, ...]] = {}  # rows already looked into
        self.mark = 0

    @property
    def by_name(self) -> Mapping[str, Application]:
        """A live view; of one name in several namespaces, the first namespace's."""
        return MappingProxyType(self._by_name)

    def get(self, name: str, namespace: str = "") -> Application | None:
        """The application, or None where there is none."""
        return self._all.get((namespace, name)) if namespace else self._by_name.get(name)

    def hear(self, event: WatchEvent) -> None:
        """Take over what the stream says."""
        self.mark += 1
        key = _key(event.application)
        self._said[key] = self.mark
        if event.change is Change.DELETED:
            self._drop(key)
        else:
            self._put(key, event.application)

    def learn(self, app: Application, mark: int) -> None:
        """Take over the answer to a GET that was asked for at `mark`."""
        if not self._heard_since(_key(app), mark):
            self._put(_key(app), app)

    def lose(self, ref: ApplicationRef, mark: int) -> None:
        """Take over that a GET asked for at `mark` found nothing."""
        if not self._heard_since((ref.namespace, ref.name), mark):
            self._drop((ref.namespace, ref.name))

    def compare(self, rows: Iterable[Application], mark: int) -> list[Application]:
        """Take over a LIST asked for at `mark`: what is new, and what is gone.

        Returns the rows that disagree with what is known in full, and were not looked into
        before: the row has the newer story, and not the whole of it.
        """
        doubtful = []
        keys = set()
        for row in rows:
            key = _key(row)
            keys.add(key)
            known = self._all.get(key)
            if self._heard_since(key, mark):
                continue
            if known is None or not known.complete:
                self._put(key, row)
            elif not agree(row, known) and self._settled.get(key) != outline(row):
                doubtful.append(row)
        for key in [key for key in self._all if key not in keys]:
            if not self._heard_since(key, mark):
                self._drop(key)
        self._said = {k: said for k, said in self._said.items() if k in keys or said > mark}
        return doubtful

    def unheard(self, rows: Iterable[Application], mark: int) -> list[Application]:
        """Those of the rows of which the stream said nothing since `mark`."""
        return [row for row in rows if not self._heard_since(_key(row), mark)]

    def settle(self, row: Application) -> None:
        """This row was looked into: while it stays as it is, it raises no doubt again."""
        self._settled[_key(row)] = outline(row)

    def _heard_since(self, key: Key, mark: int) -> bool:
        return self._said.get(key, 0) > mark

    def _put(self, key: Key, app: Application) -> None:
        if self._all.get(key) == app:
            return
        self._all[key] = app
        shown = self._by_name.get(app.name)
        if shown is None or app.namespace <= shown.namespace:
            self._by_name[app.name] = app
        self._board.tell(app.name)

    def _drop(self, key: Key) -> None:
        self._settled.pop(key, None)
        gone = self._all.pop(key, None)
        if gone is None:
            return
        if self._by_name[gone.name] == gone:
            del self._by_name[gone.name]
            rivals = [app for app in self._all.values() if app.name == gone.name]
            if rivals:
                self._by_name[gone.name] = min(rivals, key=lambda app: app.namespace)
        self._board.tell(gone.name)


def agree(row: Application, known: Application) -> bool:
    """Whether a masked row tells the same as the whole application.

    The compared revision is in a row only since Argo CD v3.5, and only of a single source.
    """
    if row.sync_revisions and row.sync_revisions != known.sync_revisions:
        return False
    return outline(row)[1:] == outline(known)[1:]


def outline(app: Application) -> tuple[object, ...]:
    """What a masked row can tell of an application's state."""
    state = app.state
    return (
        app.sync_revisions,
        app.health,
        app.sync,
        app.project,
        app.auto_sync,
        app.target_revision,
        app.operation is None,
        app.images,
        (state.phase, state.started_at, state.finished_at) if state else None,
    )


def _key(app: Application) -> Key:
    return app.namespace, app.name
