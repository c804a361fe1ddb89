"""One application as the argocd CLI would show it, only shorter (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.views import icons
from bot.views.blocks import code, context, cut, escape, header, link, section, when
from bot.views.message import Block, Message
from bot.views.wording import capped, count
from integrations.argocd.details import KubernetesEvent, ResourceNode
from integrations.argocd.model import Application, Health, ResourceStatus, Sync

_RESOURCES = 40
_EVENTS = 20


def overview(app: Application, url: str, note: str = "") -> Message:
    """Health, sync, the last operation, conditions and images."""
    said = f"{app.name} is {app.sync.value} and {app.health.value}."
    lines = [
        f"{icons.SYNC[app.sync]} *{app.sync.value}* · {icons.HEALTH[app.health]} "
        f"*{app.health.value}*" + _aside(app.health_message),
        f"Project {code(app.project)} · namespace {code(app.destination_namespace or '-')} · "
        f"auto-sync {'on' if app.auto_sync else 'off'}" + (", self-heal" * app.self_heal),
    ]
    sources = [
        f"Source {escape(cut(source.repo_url, 120))} {code(source.path or source.chart or '.')} "
        f"at {code(source.target_revision or 'HEAD')}"
        for source in app.sources
    ]
    lines += capped(sources, 3)
    if app.sync_revisions:
        lines.append(f"Compared with {', '.join(code(each[:7]) for each in app.sync_revisions)}")
    lines += _operation(app)
    blocks: list[Block] = [header(app.name), section("\n".join(lines)), *_conditions(app)]
    unwell = [r for r in app.resources if r.health not in (None, Health.HEALTHY)]
    if unwell:
        rows = [_status(r.ref, r.health, r.health_message) for r in unwell]
        blocks.append(section("\n".join(capped(rows, 8))))
    if app.images:
        images = capped([code(image) for image in app.images], 15)
        blocks.append(section("*Images*\n" + "\n".join(images)))
    return Message(text=escape(said), blocks=[*blocks, _foot(url, note)])


def _conditions(app: Application) -> list[Block]:
    rows = []
    for condition in app.conditions:
        mark = "❌" if condition.is_error else icons.WARNING
        text = escape(cut(condition.message, 400))
        rows.append(f"{mark} *{escape(condition.type)}* {text}")
    return [section(row) for row in capped(rows, 5)]


def history(app: Application, url: str) -> Message:
    """What was deployed, newest first, with the ids that a rollback takes."""
    said = f"{app.name} has {count(len(app.history), 'deployment')} in its history."
    lines = []
    for entry in reversed(app.history):
        at = when(entry.deployed_at) if entry.deployed_at else "?"
        by = "auto-sync" if entry.automated else entry.initiated_by or "unknown"
        lines.append(f"{code(str(entry.id))} {code(entry.revision[:7])} {at} by {escape(by)}")
    shown = "\n".join(capped(lines, 20)) or "Nothing was deployed yet."
    return Message(
        text=escape(said), blocks=[header(f"History of {app.name}"), section(shown), _foot(url)]
    )


def resources(app: Application, nodes: Sequence[ResourceNode], url: str) -> Message:
    """The managed objects with sync and health, of many those first that are not well; pods beneath
    them only when they are unwell.
    """
    said = f"{app.name} manages {count(len(app.resources), 'object')}."
    known = {(n.ref.kind, n.ref.namespace, n.ref.name): n for n in nodes}
    lines = []
    for each, node in _worst_first(app.resources, known)[:_RESOURCES]:
        health = each.health or (node.health if node else None)
        said_of = each.health_message or (node.health_message if node else "")
        mark = icons.SYNC[each.sync]
        lines.append(
            f"{mark} {_status(each.ref, health, said_of)}"
            + (" · to be pruned" * each.requires_pruning)
        )
    pods = [n for n in nodes if n.ref.kind == "Pod" and n.health is not Health.HEALTHY]
    lines += capped([f"      ↳ {_status(n.ref, n.health, n.health_message)}" for n in pods], 8)
    more = len(app.resources) - _RESOURCES
    note = f"and {more} more" if more > 0 else ""
    blocks: list[Block] = [header(f"Resources of {app.name}")]
    blocks += [section("\n".join(lines[at : at + 20])) for at in range(0, len(lines), 20)]
    return Message(text=escape(said), blocks=[*blocks, _foot(url, note)])


def _worst_first(
    objects: Sequence[ResourceStatus], known: Mapping[tuple[str, str, str], ResourceNode]
) -> list[tuple[ResourceStatus, ResourceNode | None]]:
    """The objects with their nodes; as Argo CD lists them where there is room for all."""
    found = [(one, known.get((one.ref.kind, one.ref.namespace, one.ref.name))) for one in objects]
    if len(found) <= _RESOURCES:
        return found

    def rank(both: tuple[ResourceStatus, ResourceNode | None]) -> tuple[bool, bool]:
        one, node = both
        health = one.health or (node.health if node else None)
        return health in (None, Health.HEALTHY), one.sync is Sync.SYNCED

    return sorted(found, key=rank)


def events(app: str, found: Sequence[KubernetesEvent], url: str) -> Message:
    """Kubernetes events, newest first."""
    said = f"{app} has {count(len(found), 'event')}."
    newest = sorted(found, key=lambda e: e.last_at.timestamp() if e.last_at else 0, reverse=True)
    lines = []
    for event in newest:
        mark = icons.WARNING if event.type == "Warning" else "▫️"
        times = f" \N{MULTIPLICATION SIGN}{event.count}" if event.count > 1 else ""
        at = f" · {when(event.last_at)}" if event.last_at else ""
        about = f"{code(str(event.about))} " if event.about else ""
        text = escape(cut(" ".join(event.message.split()), 200))
        lines.append(f"{mark} {about}*{escape(event.reason)}*{times}: {text}{at}")
    lines = capped(lines, _EVENTS)
    chunks = ["\n".join(lines[at : at + 8]) for at in range(0, len(lines), 8)]
    blocks = [section(chunk) for chunk in chunks] or [
        section("Kubernetes keeps none of it now; it forgets events after an hour.")
    ]
    return Message(text=escape(said), blocks=[header(f"Events of {app}"), *blocks, _foot(url)])


def refreshed(app: Application, url: str, *, hard: bool, timed_out: bool) -> Message:
    """Compared anew, or not within the time given."""
    how = "hard-refreshed" if hard else "refreshed"
    note = "Argo CD did not finish comparing in time; this is what it knew." if timed_out else ""
    found = overview(app, url, note)
    said = f"{app.name} was {how}." if not timed_out else f"{app.name} was not {how} in time."
    title, *rest = found.blocks
    blocks = [title, section(escape(said)), *rest]
    return Message(text=f"{escape(said)} {found.text}", blocks=blocks)


def _status(ref: object, health: Health | None, said: str) -> str:
    mark = f"{icons.HEALTH[health]} " if health else ""
    return f"{mark}{code(str(ref))}{_aside(said)}"


def _aside(said: str) -> str:
    return f" · {escape(cut(' '.join(said.split()), 160))}" if said else ""


def _operation(app: Application) -> list[str]:
    if app.operation and app.state is None:
        return ["An operation was asked for and has not started."]
    state = app.state
    if state is None:
        return []
    by = "auto-sync" if state.operation.automated else state.operation.initiated_by or "unknown"
    at = when(state.finished_at or state.started_at) if state.started_at else ""
    said = _aside(state.message)
    return [f"Last operation *{state.phase.value}* by {escape(by)} {at}{said}"]


def _foot(url: str, note: str = "") -> Block:
    where = link(url, "Open in Argo CD") if url else ""
    return context(*[each for each in (where, escape(note)) if each] or [" "])
