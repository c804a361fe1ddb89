"""What begins, stops and undoes the time that an application has run its images Healthy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from bot.deployments.releases.order import Ran
from bot.deployments.releases.soak import Spell
from bot.deployments.releases.spells import (
    HealthRegained,
    Seen,
    Watched,
    after,
    begins,
    goes_on,
    leaves,
    may_begin,
    spells_of,
)
from integrations.argocd.model import Application, Health, HistoryEntry
from tests.bot.deployments.histories import at

USER, CHAT = "sha-aaaaaaa", "sha-ccccccc"
BOTH = {"user-svc": USER, "chat-svc": CHAT}
NEWER = {"user-svc": "sha-bbbbbbb", "chat-svc": CHAT}
HEALTHY, DEGRADED, PROGRESSING = Health.HEALTHY, Health.DEGRADED, Health.PROGRESSING


@dataclass
class Watching:
    """Looks at one application, a moment each; `told_by` is Argo CD's word since when it is so."""

    known: Watched = field(default_factory=Watched)
    seen: Seen = field(default_factory=Seen)

    def looks(
        self,
        when: float,
        health: Health = HEALTHY,
        tags: Mapping[str, str] = BOTH,
        told_by: float | None = 0,
    ) -> Watching:
        moved = None if told_by is None else at(told_by)
        past = (HistoryEntry(1, "c" * 40, deployed_at=at(0)),)
        app = Application("link-app-staging", health=health, health_since=moved, history=past)
        left = leaves(self.known, app, tags, self.seen, at(when))
        if left is not None:
            self.known = after(self.known, left)
        is_well = health is HEALTHY
        self.seen = self.seen.then(at(when), is_well=is_well)
        may = may_begin(self.known, app, self.seen, at(when))
        if is_well and self.known.open is None and may:
            begun = HealthRegained(
                at=at(when),
                application=app.name,
                tags=dict(tags),
                since=begins(self.known, app, at(when)),
            )
            self.known = after(self.known, begun)
        self.last = app
        return self

    def restarts(self) -> Watching:
        """Another life of the bot: what was only remembered is gone."""
        self.seen = Seen()
        return self

    def ran(self, service: str = "user-svc", tag: str = USER) -> list[Spell]:
        image = Ran(service, tag.removeprefix("sha-"))
        lasts = goes_on(self.known, self.last)
        return list(spells_of(self.known, image, goes_on=lasts, seen=self.seen.healthy))

    def degraded(self) -> set[str]:
        return {f"sha-{image.commit}" for image in self.known.degraded}


def spell(since: float, until: float | None = None) -> Spell:
    return Spell(at(since), None if until is None else at(until))


def test_it_runs_since_argo_cd_says_that_it_is_healthy() -> None:
    assert Watching().looks(100, told_by=40).ran() == [spell(40)]
    assert Watching().looks(100, told_by=None).ran() == [spell(100)]


def test_progressing_stops_the_time_and_counts_none_of_it() -> None:
    watch = Watching().looks(0).looks(10).looks(20, PROGRESSING, told_by=12)
    assert watch.ran() == [spell(0, 10)]

    watch.looks(30, PROGRESSING, told_by=12).looks(40, told_by=38)
    assert watch.ran() == [spell(0, 10), spell(38)]


@pytest.mark.parametrize("first", [DEGRADED, PROGRESSING])
def test_degraded_undoes_the_time_before_it(first: Health) -> None:
    watch = Watching().looks(0).looks(10).looks(20, first, told_by=12)
    watch.looks(30, DEGRADED, told_by=22)
    assert watch.ran() == []
    assert Ran("user-svc", "aaaaaaa") not in watch.known.times

    watch.looks(40, told_by=38)
    assert watch.ran() == [spell(38)]
    assert "when link-app-staging was Degraded" in watch.known.anew["user-svc"]


def test_what_degraded_is_known_as_that_until_it_is_seen_healthy() -> None:
    watch = Watching().looks(0).looks(10).looks(20, DEGRADED, told_by=12)
    assert watch.degraded() == {USER, CHAT}

    watch.looks(30, tags=NEWER, told_by=28)
    assert watch.degraded() == {USER}
    watch.looks(40, told_by=38)
    assert watch.degraded() == set()


def test_a_time_that_nobody_watched_degrades_nothing() -> None:
    assert Watching().looks(0).looks(10).looks(500, told_by=400).degraded() == set()


def test_a_degradation_is_not_blamed_on_images_that_were_gone_by_then() -> None:
    watch = Watching().looks(0).looks(10).looks(20, DEGRADED, NEWER, told_by=12)

    assert watch.ran() == [spell(0, 10)]
    assert watch.ran("chat-svc", CHAT) == []


def test_what_takes_its_place_ends_the_time_and_keeps_it() -> None:
    watch = Watching().looks(0).looks(10).looks(20, tags=NEWER)

    assert watch.ran() == [spell(0, 10)]
    assert watch.ran("user-svc", "sha-bbbbbbb") == [spell(20)]
    assert watch.ran("chat-svc", CHAT) == [spell(0, 10), spell(20)]


def test_a_change_between_two_looks_stops_the_time_only() -> None:
    watch = Watching().looks(0).looks(10).looks(20, told_by=15)

    assert watch.ran() == [spell(0, 10), spell(20)]


def test_a_change_that_nobody_watched_undoes_the_time() -> None:
    watch = Watching().looks(0).looks(10).looks(500, told_by=400)

    assert watch.ran() == [spell(500)]
    assert "was not watched" in watch.known.anew["user-svc"]


def test_a_new_life_goes_on_where_argo_cd_vouches_for_all_of_it() -> None:
    watch = Watching().looks(0).looks(10).restarts().looks(500)

    assert watch.ran() == [spell(0)]
    assert watch.known.version == 1


@pytest.mark.parametrize("told_by", [400, None])
def test_a_new_life_begins_anew_where_argo_cd_does_not(told_by: float | None) -> None:
    watch = Watching().looks(0, told_by=0 if told_by else None).looks(10, told_by=None)
    watch.restarts().looks(500, told_by=told_by)

    assert watch.ran() == [spell(500)]


def test_a_new_life_does_not_take_the_end_of_a_rollout_on_trust() -> None:
    watch = Watching().looks(0).looks(10).looks(20, PROGRESSING, told_by=12)
    watch.restarts().looks(500, told_by=490)

    assert watch.ran() == [spell(500)]


def test_other_images_have_nothing_to_begin_anew() -> None:
    watch = Watching().looks(0).looks(10, DEGRADED, told_by=5).looks(20, tags=NEWER, told_by=15)

    assert "user-svc" not in watch.known.anew
    assert "chat-svc" in watch.known.anew


@pytest.mark.parametrize(
    ("healthy", "deployed", "since"),
    [(50, 20, 50), (20, 50, 50), (None, 50, 100), (50, None, 100), (200, 20, 100)],
)
def test_the_first_spell_begins_when_argo_cd_last_deployed_or_found_it_healthy(
    healthy: float | None, deployed: float | None, since: float
) -> None:
    history = () if deployed is None else (HistoryEntry(1, "c" * 40, deployed_at=at(deployed)),)
    moved: datetime | None = None if healthy is None else at(healthy)
    app = Application("a", health=HEALTHY, health_since=moved, history=history)

    assert begins(Watched(), app, at(100)) == at(since)


@pytest.mark.parametrize("argo_cd_tells", [True, False])
def test_what_flaps_all_day_adds_only_a_few_events_an_hour(*, argo_cd_tells: bool) -> None:
    """With a day of flaps, one a minute, each of which was two events of the record."""
    watch = Watching()
    for moment in range(0, 1440 * 60, 10):
        health = PROGRESSING if moment % 60 == 30 else HEALTHY
        since = moment - (moment - 40) % 60
        watch.looks(moment, health, told_by=max(since, 0) if argo_cd_tells else None)

    assert watch.known.version <= 24 * 24 + 2


def test_what_flapped_counts_again_once_it_has_been_calm_for_a_while() -> None:
    watch = Watching()
    for moment in range(0, 720, 60):
        watch.looks(moment, told_by=moment).looks(moment + 30, PROGRESSING, told_by=moment + 20)
    known = watch.known.version

    for moment in range(710, 1000, 10):
        watch.looks(moment, told_by=705)
    assert watch.known.version == known

    watch.looks(1010, told_by=705)
    assert watch.ran()[-1] == spell(705)
