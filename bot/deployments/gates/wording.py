"""How a closed gate is spoken of: why it is, and who opens it, as untrusted plain text (pure).

It stands beside the decision, below the views, for the record keeps the words that people read.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, assert_never

from bot.access import Actor
from bot.controls.state import Pin
from bot.deployments.gates.findings import (
    Ahead,
    ChecksNotGreen,
    Finding,
    FrozenByCatalog,
    FrozenBySomebody,
    HeldAfterHotfix,
    ImagesAbsent,
    LockedByOneself,
    LockedBySomebody,
    MayNotSync,
    NeedsApproval,
    NeverRan,
    NotListed,
    NotOnBranch,
    NotPermitted,
    NotSoaked,
    OfArgoCD,
    OfControls,
    OfRelease,
    PinnedByRollback,
    TagNotTaken,
    TagsTaken,
    Warned,
    WindowShut,
)
from bot.deployments.gates.gate import Gate
from bot.deployments.gates.span import span
from bot.deployments.releases.checks import Checks, Light
from bot.deployments.releases.wording import named, soaked

_PLACES = {"shared": "What is shared", "all": "Everything"}
_OVERRIDDEN = 'or, with the permission “override”: --override-checks --reason "…".'


class Said(NamedTuple):
    """Why the gate is closed, and who can open it or what must happen first, as sentences."""

    why: str
    opens: str


def worded(found: Finding) -> Said:
    """What a finding says."""
    match found:
        case NotPermitted():
            return Said(found.refused, found.holders)
        case NeedsApproval():
            why = f"{found.environment} needs an approval."
            return Said(why, "Somebody who may approve there, but not whoever asks.")
        case Ahead():
            why = f"Running or queued before it: {', '.join(found.deployments)}."
            ended = "it has" if len(found.deployments) == 1 else "they have"
            return Said(why, f"It opens by itself when {ended} ended.")
        case NotListed() | MayNotSync() | WindowShut():
            return _of_argocd(found)
        case (
            FrozenBySomebody()
            | FrozenByCatalog()
            | LockedBySomebody()
            | HeldAfterHotfix()
            | PinnedByRollback()
        ):
            return _of_controls(found)
        case _:
            return _of_release(found)


def opening(gate: Gate, now: datetime) -> str:
    """What opens it, as plain sentences, with the time (UTC) and how long that is from now."""
    opens = worded(gate.found).opens
    if gate.opens_at is None:
        return opens
    at = f"{gate.opens_at:%Y-%m-%d %H:%M} UTC"
    return f"{opens} It opens by itself at {at} (in {span(now, gate.opens_at)}).".lstrip()


def warning(found: Warned) -> str:
    """What a person is told of what stops others, or automation alone."""
    match found:
        case LockedByOneself():
            until = f"{found.until:%H:%M} UTC"
            return f"{place(found.scope)} is locked by {name_of(found.owner)} until {until}."
        case PinnedByRollback():
            return f"{_pinned(found.pin)} `/shipmate resume {found.scope}` ends that."
        case HeldAfterHotfix():
            until = f"{found.hold.until:%H:%M} UTC"
            return f"Automation is held in {found.scope} until {until}: a hotfix went out."
        case _:
            assert_never(found)


def place(scope: str) -> str:
    """A scope at the beginning of a sentence."""
    return _PLACES.get(scope, scope)


def name_of(actor: Actor) -> str:
    """Somebody in plain text."""
    return actor.name or actor.id or actor.kind


def _of_release(found: OfRelease) -> Said:
    match found:
        case TagNotTaken(environment=environment, source=source):
            why = f"{environment} takes {found.forms}, so {found.tag} cannot go there."
            ships = (
                f" `/promote {source} {environment}` ships what {source} runs." if source else ""
            )
            return Said(why, f"Name such a tag.{ships}")
        case ImagesAbsent():
            why = f"The registry has no {named(found.images)}."
            return Said(why, "Its build has to push it first; or name a tag that is there.")
        case TagsTaken():
            why = f"Another image is in the registry as {named(found.images)}."
            return Said(why, "A tag that is given is never moved: ask again with another one.")
        case ChecksNotGreen():
            return _checks(found.checks)
        case NotOnBranch():
            is_not = "is not" if found.is_known else "is not known to be"
            why = f"The commit {found.about} {is_not} on {found.branch}."
            return Said(why, f"Merge it into {found.branch} first.")
        case NeverRan():
            first = f"`/deploy {found.source} {found.first or '<tag>'}`"
            why = f"{found.source} is not known to have run {named(found.images)} Healthy."
            then = f"Promote it to {found.source} first: {first}, then ask again"
            return Said(why, f"{then}; {_OVERRIDDEN}")
        case NotSoaked():
            return _soak(found)
        case _:
            assert_never(found)


def _checks(checks: Checks) -> Said:
    what = {
        Light.RUNNING: "CI still runs",
        Light.UNKNOWN: "CI is unknown",
        Light.AWAY: "CI is not known yet",
    }.get(checks.light, "CI is not green")
    opens = f"All its checks must be green; {_OVERRIDDEN}"
    if checks.light is Light.AWAY:
        opens = "It is asked again before anything is written, and must be green then."
    return Said(f"{what} for {checks.about}: {checks.why}.", opens)


def _soak(found: NotSoaked) -> Said:
    soak = found.soak
    opens = f"Deploy it to {soak.source} first."
    if soak.opens_at:
        opens = (
            "Promote When Ready (--when-ready) waits for that. While it is Progressing there the "
            "time stands still; once it is Degraded there it begins anew."
        )
    return Said(f"{soaked(soak, found.at)} {soak.minutes:g} min are asked for.", opens)


def _of_argocd(found: OfArgoCD) -> Said:
    who = "Whoever administers Argo CD"
    name = found.application
    match found:
        case NotListed():
            why = f"Argo CD does not list the application {name}, or hides it from the bot."
            return Said(why, f"{who}: create it, or grant the bot `applications, get` on it.")
        case MayNotSync(project=project):
            why = f"The bot's Argo CD account may not sync {name}."
            return Said(why, f"{who}: grant `applications, sync, {project}/{name}`.")
        case WindowShut(project=project, active=active):
            shut = ", ".join(f"{each.kind} {each.schedule} for {each.duration}" for each in active)
            when = f" ({shut})" if shut else ""
            why = f"A sync window of project {project} keeps {name} shut{when}."
            return Said(why, "It opens by itself by that schedule.")
        case _:
            assert_never(found)


def _of_controls(found: OfControls) -> Said:
    match found:
        case FrozenBySomebody(frozen=frozen):
            freeze = frozen.freeze
            why = f"{place(frozen.scope)} is frozen by {name_of(freeze.actor)}: “{freeze.reason}”."
            opens = f"`/shipmate unfreeze {frozen.scope} {freeze.id}` ends it. {found.thaws}"
            return Said(why + _rollbacks_too(freeze.including_rollbacks), opens.rstrip())
        case FrozenByCatalog(window=window):
            why = f"{place(found.scope)} is frozen by a window of the catalog: “{window.reason}”."
            opens = "Nobody ends it early; --break-glass passes it."
            return Said(why + _rollbacks_too(window.including_rollbacks), opens)
        case LockedBySomebody():
            return _locked(found)
        case HeldAfterHotfix(hold=hold):
            why = (
                f"Automation is held in {found.scope}: {name_of(hold.actor)} deployed "
                f"{hold.commit[:7]}, which is not on {hold.branch}."
            )
            opens = f"`/shipmate resume {found.scope}` ends it. {found.resumes}"
            return Said(why, opens.rstrip())
        case PinnedByRollback():
            opens = f"`/shipmate resume {found.scope}` lets automation go on. {found.resumes}"
            return Said(_pinned(found.pin), opens.rstrip())
        case _:
            assert_never(found)


def _rollbacks_too(including: bool) -> str:  # noqa: FBT001 - one fact, said by its name at the call
    return " Rollbacks are frozen too." if including else ""


def _locked(found: LockedBySomebody) -> Said:
    lock, waiting = found.lock, found.waiting
    reason = f": “{lock.reason}”" if lock.reason else ""
    why = f"{place(found.scope)} is locked by {name_of(lock.owner)}{reason}."
    if waiting:
        why += f" {waiting} {'waits' if waiting == 1 else 'wait'} for the lock."
    opens = (
        f"`/shipmate lock {found.scope} --ask` asks its owner for it; whoever may lock there can "
        f"also take it with --take, which tells them. {found.unlocks}"
    )
    return Said(why, opens.rstrip())


def _pinned(pin: Pin) -> str:
    names = ", ".join(pin.pinned.applications)
    are = "is" if len(pin.pinned.applications) == 1 else "are"
    to = ", ".join(dict.fromkeys(pin.pinned.tags.values()))
    at = f" to {to}" if to else ""
    return (
        f"{names} {are} pinned since {name_of(pin.pinned.actor)} rolled back{at} ({pin.pinned.id})."
    )
