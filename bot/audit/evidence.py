"""One page of evidence for one change, from its events (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.audit.entries import Entry, command_line
from bot.audit.parts import Part, part_of
from bot.audit.sentences import sentence, wave_name
from bot.deployments.deployment import Deployment
from bot.deployments.events import (
    ApprovalLapsed,
    ApprovalRequested,
    Approved,
    DeploymentEvent,
    DeploymentRequested,
    WaveStarted,
    read_event,
)
from bot.deployments.folding import after
from bot.store.head import head_text

if TYPE_CHECKING:
    from bot.deployments.plan import PlannedApplication
    from bot.store import Recorded

Told = tuple["Recorded", Entry]
_AT = "%Y-%m-%d %H:%M:%S UTC"


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page: a title, and lines of untrusted text."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """One event with what is known once it has happened; None where this bot cannot read it."""

    recorded: Recorded
    line: Entry
    event: DeploymentEvent | None
    then: Deployment | None


@dataclass(frozen=True, slots=True)
class _Story:
    """Every step, what became void (position -> why), and the waves' names by application."""

    steps: Sequence[_Step]
    void: Mapping[int, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)


def evidence(
    events: Sequence[Told], head: tuple[int, str], categories: Mapping[str, str]
) -> tuple[Section, ...]:
    """Request, plan, approvals, commit, operations, end and place in the record: every event of
    the deployment has its sentence in one of them.

    `events` are all that the record holds of one deployment, oldest first: its own, and requests
    that named it. `head` is the record's; `categories` says of each application what its wave is
    called.
    """
    own = [told for told in events if told[0].stream.startswith("deployment/")]
    steps = [*_steps(own)]
    story = _Story(steps, _voided(steps), categories)
    parts = (
        (Part.REQUEST, [*_request(story), *_told(story, Part.REQUEST)]),
        (Part.PLAN, _plan(story)),
        (Part.APPROVAL, _told(story, Part.APPROVAL)),
        (Part.RUN, _told(story, Part.RUN)),
        (Part.GIT, _told(story, Part.GIT)),
        (Part.ARGOCD, _told(story, Part.ARGOCD)),
        (Part.END, _told(story, Part.END)),
        (Part.OTHER, _told(story, Part.OTHER)),
        ("Asked about it", _asked(events)),
        ("Record", _place(own, head)),
    )
    return tuple(Section(title, lines) for title, found in parts if (lines := tuple(found)))


def text(key: str, sections: Iterable[Section]) -> str:
    """The page as plain text."""
    lines = [f"Evidence for {key}"]
    for section in sections:
        lines += ["", section.title, *(f"  {line}" for line in section.lines)]
    return "\n".join(lines)


def _steps(own: Sequence[Told]) -> Iterator[_Step]:
    then: Deployment | None = None
    for recorded, line in own:
        try:
            event = read_event(recorded.data)
            then = after(then, event)
        except ValueError:  # of a bot that knows more: its own words are told
            yield _Step(recorded, line, None, then)
        else:
            yield _Step(recorded, line, event, then)


def _voided(steps: Sequence[_Step]) -> Mapping[int, str]:
    """The askings and the approvals that do not hold any more or never counted, with why."""
    void: dict[int, str] = {}
    standing: list[int] = []
    for step in steps:
        match step.event:
            case ApprovalRequested():
                standing.append(step.recorded.position)
            case Approved() as yes:
                approval = step.then.approval if step.then else None
                counts = approval is not None and yes in approval.approved
                standing += [step.recorded.position] * counts
                if not counts:
                    void[step.recorded.position] = "It did not count."
            case ApprovalLapsed(why=why):
                since = f"VOID since {step.recorded.at.strftime(_AT)}: {_flat(why)}"
                void |= dict.fromkeys(standing, since)
                standing.clear()
            case _:
                pass
    return void


def _request(story: _Story) -> Iterator[str]:
    for step in story.steps:
        if isinstance(step.event, DeploymentRequested):
            yield f"{_at(step.recorded)}  {command_line(step.recorded.data)}"
            yield f"By {_who(step.line)}, by the door {step.line.door or 'unknown'}"
            if step.line.why:
                yield f"Reason: {_flat(step.line.why)}"
            for flag in ("needs_approval", "override_checks", "break_glass"):
                if getattr(step.event, flag):
                    yield flag.replace("_", " ").capitalize()


def _plan(story: _Story) -> Iterator[str]:
    """The newest one that was ever made."""
    plans = [step.then.plan for step in story.steps if step.then and step.then.plan]
    for plan in plans[-1:]:
        for change in plan.changes:
            before = _image(change.before, change.digest_before)
            yield f"{change.service}: {before} -> {_image(change.after, change.digest)}"
        for wave in plan.waves:
            yield _wave(story, wave)


def _image(tag: str, digest: str) -> str:
    return f"{tag} @ {digest}" if digest else tag


def _wave(story: _Story, applications: Sequence[PlannedApplication]) -> str:
    names = dict.fromkeys(story.categories.get(app.name, "") for app in applications)
    category = " and ".join(filter(None, names))
    return wave_name(applications[0].wave if applications else 0, applications, category)


def _told(story: _Story, part: Part) -> Iterator[str]:
    for step in story.steps:
        if part_of(step.event) is not part or isinstance(step.event, DeploymentRequested):
            continue
        said = _sentence(story, step)
        void = story.void.get(step.recorded.position, "")
        yield f"{_at(step.recorded)}  {said}" + (f" [{void}]" if void else "")
        if isinstance(step.event, ApprovalRequested):
            yield from _asking(step.event)


def _sentence(story: _Story, step: _Step) -> str:
    event, waves = step.event, step.then.waves if step.then else ()
    if event is None:
        said = ". ".join(each for each in (step.line.outcome, _flat(step.line.message)) if each)
        return f"{step.line.what}: {said}" if said else step.line.what
    is_wave = isinstance(event, WaveStarted) and event.wave < len(waves)
    wave = _wave(story, waves[event.wave]) if isinstance(event, WaveStarted) and is_wave else ""
    return sentence(event, _who(step.line), wave)


def _asking(event: ApprovalRequested) -> Iterator[str]:
    """What approvers were shown, beside the plan."""
    seen = event.review
    yield f"Needed: {event.needed}, of {', '.join(event.approvers)}"
    closed = {gate.name for gate in seen.gates}
    for gate in seen.gates:
        yield f"Closed then: {gate.name}: {_flat(gate.why)}"
    still_open = [name for name in seen.judged if name not in closed]
    if still_open:
        yield f"Open then: {', '.join(still_open)}"
    for commit in seen.riding:
        yield f"Rides along: {commit.sha} {_flat(commit.title)} by {commit.author or 'unknown'}"
    for file in seen.migrations:
        yield f"Migrates the database: {file}"
    for said in filter(None, (seen.unsafe, seen.soak, seen.verification)):
        yield f"Shown: {_flat(said)}"
    for said in seen.unknown:
        yield f"Not known then: {_flat(said)}"


def _asked(events: Sequence[Told]) -> Iterator[str]:
    for event, line in events:
        if not event.stream.startswith("deployment/"):
            said = f" ({_flat(line.message)})" if line.message else ""
            yield f"{_at(event)}  {line.what}: {line.outcome} by {_who(line)}{said}"


def _place(own: Sequence[Told], head: tuple[int, str]) -> Iterator[str]:
    for which, told in (("First", own[:1]), ("Last", own[-1:])):
        for event, _ in told:
            yield f"{which} event: {head_text(event.position, event.hash)}"
    if head[0]:
        yield f"Head of the record: {head_text(*head)}"
    yield "Check it with: shipmate audit verify"


def _at(event: Recorded) -> str:
    return event.at.strftime(_AT)


def _who(line: Entry) -> str:
    names = [name for name in (line.name, f"GitHub {line.login}" if line.login else "") if name]
    return f"{line.who or 'shipmate'} ({', '.join(names)})" if names else line.who or "shipmate"


def _flat(said: str) -> str:
    return " ".join(said.split())
