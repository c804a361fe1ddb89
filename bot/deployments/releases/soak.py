"""How long an environment has run exactly these images Healthy, and whether it is enough (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.deployments.deployment import Deployment, State
from bot.deployments.gates.gate import Bypass, Gate, GateName, span


@dataclass(frozen=True, slots=True)
class Spell:
    """A time of running Healthy; `until` is None while it lasts."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Soak:
    """What `source` has to do with what ships: it must have run it Healthy for `minutes`.

    `spell` is the last time that it ran all of it so, None where nobody knows of one.
    """

    source: str
    minutes: float
    spell: Spell | None = None

    @property
    def opens_at(self) -> datetime | None:
        """When it will have run there for long enough, if nothing happens."""
        if self.spell is None or self.spell.until:
            return None
        return self.spell.since + timedelta(minutes=self.minutes)

    def is_reached(self, now: datetime) -> bool:
        """Whether it has; without a time to wait, always. What came after it does not matter."""
        if self.minutes <= 0:
            return True
        spell = self.spell
        return spell is not None and (spell.until or now) - spell.since >= timedelta(
            minutes=self.minutes
        )

    def told(self, now: datetime) -> str:
        """A sentence for those who approve; "" where nobody knows, and nobody asks."""
        if self.spell is None and self.minutes <= 0:
            return ""
        if self.spell is None:
            return f"{self.source} is not known to run these images Healthy."
        length = span(self.spell.since, self.spell.until or now)
        has_run = "ran" if self.spell.until else "has run"
        return f"{self.source} {has_run} these images Healthy for {length}."


def soak_gate(soak: Soak, now: datetime) -> Iterator[Gate]:
    """The gate that stays closed until the source has run it for long enough."""
    if soak.is_reached(now):
        return
    passed_by = frozenset({Bypass.BREAK_GLASS, Bypass.ROLLBACK, Bypass.OVERRIDE})
    why = f"{soak.told(now)[:-1]}, and {soak.minutes:g} min are asked for."
    opens = f"Deploy it to {soak.source} first."
    if soak.opens_at:
        opens = "Promote When Ready (--when-ready) waits for that."
    yield Gate(GateName.SOAK, why, opens, soak.opens_at, passed_by)


@dataclass(frozen=True, slots=True)
class _Run:
    """One service as the record knows it: which image, and the spell of it (None: not Healthy)."""

    digest: str
    spell: Spell | None
    application: str


def spells(deployments: Sequence[Deployment]) -> Mapping[tuple[str, str], Spell]:
    """The last spell of each service's image (service, digest) in one environment's record.

    A deployment that ends well begins the spell of what it changed and ends that of what was
    there before; one that ends otherwise and had written something ends it, too. Whatever
    degrades afterwards has had no spell at all, until a later deployment or sync of the same
    application ends well.
    """
    runs: dict[str, _Run] = {}
    found: dict[tuple[str, str], Spell] = {}
    for deployment in sorted(deployments, key=lambda each: each.ended_at or each.updated_at):
        if deployment.ended and deployment.leaves_its_mark:
            _tell(runs, found, deployment)
    found.update({(name, run.digest): run.spell for name, run in runs.items() if run.spell})
    return found


def common(found: Mapping[tuple[str, str], Spell], digests: Mapping[str, str]) -> Spell | None:
    """The time in which all of these images (service -> digest) ran; None for none."""
    each = [found.get(pair) for pair in digests.items()]
    known = [spell for spell in each if spell]
    if len(known) < len(each) or not known:
        return None
    since = max(spell.since for spell in known)
    until = min((spell.until for spell in known if spell.until), default=None)
    return Spell(since, until) if until is None or since < until else None


def _tell(
    runs: dict[str, _Run], found: dict[tuple[str, str], Spell], deployment: Deployment
) -> None:
    """What one deployment changes of what is known."""
    began, ended = deployment.started_at or deployment.updated_at, deployment.ended_at
    corrected = deployment.corrected
    came_well = deployment.state is State.SUCCEEDED
    if corrected and corrected.healthy:
        came_well, ended = True, corrected.at
    plan = deployment.planned.plan if deployment.planned else None
    begun = Spell(ended or began)
    for change in plan.changes if plan else ():
        was = runs.get(change.service)
        if was and was.spell and (not came_well or was.digest != change.digest):
            found[change.service, was.digest] = replace(was.spell, until=began)
        if not came_well:
            runs[change.service] = _Run("", None, change.application)
        elif was is None or was.spell is None or was.digest != change.digest:
            runs[change.service] = _Run(change.digest, begun, change.application)
    touched = {app.name for app in plan.applications} if plan else set[str]()
    degraded = corrected.applications if corrected and not corrected.healthy else ()
    for service, run in runs.items():
        if run.application in degraded:
            found.pop((service, run.digest), None)
            runs[service] = replace(run, spell=None)
        elif came_well and run.spell is None and run.digest and run.application in touched:
            runs[service] = replace(run, spell=begun)
