"""What is known of one application's times of running Healthy, and what a look adds (pure).

Degraded, and a time that nobody watched, undo what the images ran before. Any other way of not
being Healthy only stops the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.deployments.events.event import Event
from bot.deployments.releases.order import Ran, commit_of
from bot.deployments.releases.soak import Spell
from integrations.argocd.model import Application, Health

GAP = timedelta(seconds=30)
"""For how long an application may go unseen: a change in a longer time is one nobody watched."""
_MOST = 200  # spells of one image that are remembered, and images
_FLAPS = 12
_FLAPPING = timedelta(hours=1)
"""Whoever leaves Healthy so often in so long a time flaps: each time is two events of the record."""
_CALM = timedelta(minutes=5)
_UNDOES = (Health.DEGRADED.value, Health.MISSING.value, "")


class HealthRegained(Event):
    """An application runs Healthy `since` then, with these images: service -> tag, and digest
    where it is known.
    """

    type: Literal["HealthRegained"] = "HealthRegained"
    application: str
    since: datetime
    tags: dict[str, str]
    digests: dict[str, str] = Field(default_factory=dict)


class HealthLeft(Event):
    """It is not Healthy, or runs something else; it was so `until` then. `health` says what it is
    instead, "" where nobody knows what it was; `services` still run what they ran.
    """

    type: Literal["HealthLeft"] = "HealthLeft"
    application: str
    until: datetime
    health: str = ""
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """When this life of the bot looked at an application last, last found it Healthy, and since
    when it has found it so at every look (None where it is not).
    """

    at: datetime | None = None
    healthy: datetime | None = None
    healthy_since: datetime | None = None

    def then(self, now: datetime, *, is_well: bool) -> Seen:
        """The same after one more look."""
        if not is_well:
            return Seen(now, self.healthy)
        began = self.healthy_since if self.is_recent(now) else None
        return Seen(now, now, began or now)

    def is_recent(self, now: datetime) -> bool:
        """Whether nothing can have happened to it since that nobody watched."""
        return self.at is not None and now - self.at <= GAP


SpellEvent = Annotated[HealthRegained | HealthLeft, Field(discriminator="type")]
_ADAPTER: TypeAdapter[SpellEvent] = TypeAdapter(SpellEvent)


def read_event(stored: object) -> SpellEvent:
    """An event from its stored JSON value. Raises pydantic.ValidationError on anything else."""
    return _ADAPTER.validate_python(stored)


@dataclass(frozen=True, slots=True)
class Watched:
    """One application: `version` counts its events, `newest` is how it was last seen Healthy, and
    `left` how it has left that, None while it is.

    `times` are the ended spells of each image since it last began anew, `anew` why that was;
    `lefts` is when it left Healthy the last few times, and `degraded` are the images that were seen
    Degraded and not Healthy since.
    """

    version: int = 0
    newest: HealthRegained | None = None
    left: HealthLeft | None = None
    times: Mapping[Ran, tuple[Spell, ...]] = field(default_factory=dict)
    anew: Mapping[str, str] = field(default_factory=dict)  # by service
    lefts: tuple[datetime, ...] = ()
    degraded: tuple[Ran, ...] = ()

    @property
    def open(self) -> HealthRegained | None:
        """The spell that lasts."""
        return self.newest if self.left is None else None


def after(was: Watched, event: SpellEvent) -> Watched:
    """What is known once this has happened too."""
    version = was.version + 1
    match event:
        case HealthRegained():
            here, known = _images(event), dict(was.times)
            known |= {image: known.pop(image, ()) for image in here}  # those that run go last
            times = dict([*known.items()][-_MOST:])
            stays = {image.service for image in here if was.newest and image in _images(was.newest)}
            anew = {name: why for name, why in was.anew.items() if name in stays}
            still = tuple(image for image in was.degraded if image not in here)
            return Watched(version, event, None, times, anew, was.lefts, still)
        case HealthLeft():
            times, anew, degraded = dict(was.times), dict(was.anew), dict.fromkeys(was.degraded)
            for image in _images(was.newest) if was.newest else ():
                if image.service in event.services and event.health in _UNDOES:
                    times.pop(image, None)
                    anew[image.service] = _told(event)
                    if event.health:
                        degraded[image] = None
                elif was.open and event.until > was.open.since:
                    spell = Spell(was.open.since, event.until)
                    times[image] = (*times.get(image, ()), spell)[-_MOST:]
            lefts = (*was.lefts, event.at)[-_FLAPS:]
            was = replace(was, times=times, anew=anew, degraded=tuple(degraded)[-_MOST:])
            return replace(was, version=version, left=event, lefts=lefts)


def leaves(
    was: Watched, app: Application, tags: Mapping[str, str], seen: Seen, now: datetime
) -> HealthLeft | None:
    """The end of what was known so far, None where it goes on, or was over.

    `tags` are those that it runs now, service -> tag.
    """
    spell = was.newest
    if spell is None:
        return None
    same = tuple(name for name, tag in spell.tags.items() if tags.get(name) == tag)
    health = _instead(was, app, seen, now)
    if was.left is not None:
        is_worse = health in _UNDOES and was.left.health not in _UNDOES
        if not (is_worse and same):
            return None
    elif health == Health.HEALTHY.value and tags == spell.tags:
        return None
    until = seen.healthy or spell.since
    return HealthLeft(at=now, application=app.name, until=until, health=health, services=same)


def _instead(was: Watched, app: Application, seen: Seen, now: datetime) -> str:
    """What its health is, or was meanwhile; "" where nobody watched, nor Argo CD tells."""
    if app.health is Health.DEGRADED:
        return app.health.value
    if seen.is_recent(now):
        is_well = app.health is Health.HEALTHY and was.open and _moved(app, was.open)
        return Health.PROGRESSING.value if is_well else app.health.value
    vouched = was.open is not None and app.health_since is not None and not _moved(app, was.open)
    return app.health.value if vouched and app.health is Health.HEALTHY else ""


def may_begin(was: Watched, app: Application, seen: Seen, now: datetime) -> bool:
    """Whether an application that is Healthy now begins a spell: one that flaps only once it has
    been so for a while, so that the record does not grow with every flap. No time is lost by that
    where Argo CD says since when it is Healthy.
    """
    flaps = len(was.lefts) == _FLAPS and now - was.lefts[0] < _FLAPPING
    since = app.health_since or seen.healthy_since
    return not flaps or (since is not None and now - since >= _CALM)


def begins(was: Watched, app: Application, now: datetime) -> datetime:
    """Since when an application that is Healthy now is known to be: by Argo CD, as far as it was
    not seen otherwise since.
    """
    deployed = app.history[-1].deployed_at if app.history else None
    known = max(app.health_since, deployed) if app.health_since is not None and deployed else now
    return min(now, max(known, was.left.at) if was.left else known)


def spells_of(
    was: Watched, image: Ran, *, goes_on: bool, seen: datetime | None
) -> tuple[Spell, ...]:
    """The spells of one image, oldest first; the open one lasts only where it `goes_on`."""
    ended = was.times.get(image, ())
    if was.open is None or image not in _images(was.open):
        return ended
    if goes_on:
        return (*ended, Spell(was.open.since))
    return (*ended, Spell(was.open.since, seen)) if seen and seen > was.open.since else ended


def goes_on(was: Watched, app: Application) -> bool:
    """Whether the open spell lasts, by how the application is known now."""
    return was.open is not None and app.health is Health.HEALTHY and not _moved(app, was.open)


def _moved(app: Application, spell: HealthRegained) -> bool:
    """Whether its health has changed since, by Argo CD's own word."""
    return app.health_since is not None and app.health_since > spell.since


def _images(event: HealthRegained) -> tuple[Ran, ...]:
    return tuple(
        Ran(name, commit_of(tag), event.digests.get(name, "")) for name, tag in event.tags.items()
    )


def _told(event: HealthLeft) -> str:
    at = f"{event.at:%Y-%m-%d %H:%M} UTC"
    if not event.health:
        return f"That began anew by {at}: how {event.application} fared before was not watched."
    return f"That began anew after {at}, when {event.application} was {event.health}."
