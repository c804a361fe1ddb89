"""Which deployment of an application comes after which: by when it began, else by when asked."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator
from datetime import datetime
from heapq import merge

from bot.deployments.deployment import Deployment

_Place = tuple[datetime, int, str]
"""When it began or was asked for, its number among the requests, and its id."""


class Succession:
    """Every deployment in the line of each of its applications.

    What waited for a yes or for its turn takes its place when it begins: it acts on what those
    left that went past it. An approval that lapses gives the place back.
    """

    def __init__(self) -> None:
        self._lines: dict[str, list[_Place]] = {}
        self._places: dict[str, _Place] = {}

    def keep(self, deployment: Deployment) -> None:
        """Put it where it belongs by now."""
        was = self._places.get(deployment.id)
        number = was[1] if was else len(self._places)
        place = (deployment.started_at or deployment.request.at, number, deployment.id)
        if place == was:
            return
        self._places[deployment.id] = place
        for name in deployment.request.applications:
            line = self._lines.setdefault(name, [])
            if was:
                line.pop(bisect_right(line, was) - 1)
            insort(line, place)

    def after(self, deployment: Deployment) -> Iterator[str]:
        """The ids of those that come after it, newest first."""
        return self._newest(deployment.request.applications, self._places.get(deployment.id))

    def newest(self, applications: Iterable[str]) -> Iterator[str]:
        """The ids of all that touch any of these applications, newest first."""
        return self._newest(applications, None)

    def _newest(self, applications: Iterable[str], than: _Place | None) -> Iterator[str]:
        lines = [self._backwards(name, than) for name in applications]
        told = ""
        for _, _, key in merge(*lines, reverse=True):
            if key != told:  # one with several of them stands in as many lines
                yield key
            told = key

    def _backwards(self, application: str, than: _Place | None) -> Iterator[_Place]:
        line = self._lines.get(application, [])
        first = bisect_right(line, than) if than else 0
        for number in range(len(line) - 1, first - 1, -1):
            yield line[number]


def takes_over(deployment: Deployment) -> bool:
    """Whether it decides over what came before it: no dry run does, nor what ended by the word of
    others, or by no word at all, before it began.
    """
    gave_way = deployment.state.has_ended and not deployment.state.ended_badly
    return not deployment.is_dry_run and (deployment.started_at is not None or not gave_way)


def goes_on(deployment: Deployment) -> bool:
    """Whether it has gone on from what came before it: it began, and changed something or may
    yet.
    """
    return deployment.started_at is not None and deployment.leaves_its_mark
