"""One page of evidence for one change, from its events (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.audit.entries import Entry, command_line
from bot.audit.heads import head_text

if TYPE_CHECKING:
    from bot.store import Recorded

Told = tuple["Recorded", Entry]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page: a title, and lines of untrusted text."""

    title: str
    lines: tuple[str, ...]


def evidence(events: Sequence[Told], head: tuple[int, str]) -> tuple[Section, ...]:
    """Request, plan, gates, approvals, commit, operations, end and place in the record.

    `events` are all that the record holds of one deployment, oldest first: its own, and requests
    that named it. `head` is the record's.
    """
    own = [told for told in events if told[0].stream.startswith("deployment/")]
    parts = (
        ("Request", _request(own)),
        ("Plan", _plan(own)),
        ("Gates and approvals", _approvals(own)),
        ("Git", _git(own)),
        ("Argo CD", _operations(own)),
        ("End", _end(own)),
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


def _request(own: Sequence[Told]) -> Iterable[str]:
    for event, line in _of(own, "DeploymentRequested"):
        yield f"{_at(event)}  {command_line(event.data)}"
        yield f"By {_who(line)}, by the door {line.door or 'unknown'}"
        if line.why:
            yield f"Reason: {_flat(line.why)}"
        for flag in ("needs_approval", "override_checks", "break_glass"):
            if event.data.get(flag):
                yield flag.replace("_", " ").capitalize()


def _plan(own: Sequence[Told]) -> Iterable[str]:
    plans = [event for event, _ in own if event.type in ("ApprovalRequested", "DeploymentPlanned")]
    for event in plans[-1:]:
        plan = _mapping(event.data.get("plan"))
        for change in _items(plan.get("changes")):
            digest = f" @ {change['digest']}" if change.get("digest") else ""
            yield f"{change.get('service')}: {change.get('before')} -> {change.get('after')}{digest}"
        for number, wave in enumerate(plan.get("waves") or ()):
            names = [str(each.get("name")) for each in _items(wave)]
            yield f"Wave {number + 1}: {', '.join(names)}"


def _approvals(own: Sequence[Told]) -> Iterable[str]:
    for event, line in own:
        data = event.data
        match event.type:
            case "ApprovalRequested":
                yield f"{_at(event)}  Approval asked for, of the plan {data.get('digest', '')}"
                approvers = [str(each) for each in data.get("approvers") or ()]  # type: ignore[attr-defined]
                yield f"Needed: {data.get('needed', 1)}, of {', '.join(approvers)}"
                for gate in _items(_mapping(data.get("review")).get("gates")):
                    yield f"Closed then: {gate.get('name')}: {_flat(str(gate.get('why', '')))}"
            case "Approved" | "Rejected" | "DeploymentReviewed":
                why = f": {_flat(line.why or line.message)}" if line.why or line.message else ""
                plan = f" the plan {data['digest']}" if data.get("digest") else ""
                yield f"{_at(event)}  {event.type}{plan} by {_who(line)}{why}"
            case "ApprovalLapsed":
                yield f"{_at(event)}  Lapsed: {_flat(line.message)}"
            case _:
                continue


def _git(own: Sequence[Told]) -> Iterable[str]:
    for event, _ in _of(own, "CommitIntended", "Committed", "RevertIntended", "Reverted"):
        what = str(event.data.get("sha") or f"on top of {event.data.get('base', '')}")
        unchanged = " (nothing to change)" if event.data.get("changed") is False else ""
        yield f"{_at(event)}  {event.type} {what}{unchanged}"


def _operations(own: Sequence[Told]) -> Iterable[str]:
    for event, line in own:
        if not event.type.startswith("Sync") and event.type != "ApplicationEnded":
            continue
        data = event.data
        state = " ".join(str(data[name]) for name in ("sync", "health") if data.get(name))
        details = [
            line.outcome,
            state,
            f"at {str(data['revision'])[:12]}" if data.get("revision") else "",
            f"operation {data['operation_id']}" if data.get("operation_id") else "",
            _flat(line.message),
        ]
        said = ", ".join(each for each in details if each)
        yield f"{_at(event)}  {event.type} {data.get('application', '')}" + (said and f": {said}")


def _end(own: Sequence[Told]) -> Iterable[str]:
    for event, line in own:
        if event.type in ("CancelRequested", "DeploymentEnded", "DeploymentCorrected"):
            by = f" by {_who(line)}" if line.who else ""
            said = ". ".join(each for each in (line.outcome, _flat(line.message)) if each)
            yield f"{_at(event)}  {event.type}{by}" + (said and f": {said}")


def _asked(events: Sequence[Told]) -> Iterable[str]:
    for event, line in events:
        if not event.stream.startswith("deployment/"):
            said = f" ({_flat(line.message)})" if line.message else ""
            yield f"{_at(event)}  {line.what}: {line.outcome} by {_who(line)}{said}"


def _place(own: Sequence[Told], head: tuple[int, str]) -> Iterable[str]:
    for which, told in (("First", own[:1]), ("Last", own[-1:])):
        for event, _ in told:
            yield f"{which} event: {head_text(event.position, event.hash)}"
    if head[0]:
        yield f"Head of the record: {head_text(*head)}"
    yield "Check it with: shipmate audit verify"


def _of(own: Sequence[Told], *types: str) -> list[Told]:
    return [told for told in own if told[0].type in types]


def _at(event: Recorded) -> str:
    return event.at.strftime("%Y-%m-%d %H:%M:%S UTC")


def _who(line: Entry) -> str:
    names = [name for name in (line.name, f"GitHub {line.login}" if line.login else "") if name]
    return f"{line.who or 'shipmate'} ({', '.join(names)})" if names else line.who or "shipmate"


def _flat(said: str) -> str:
    return " ".join(said.split())


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _items(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
