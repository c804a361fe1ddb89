"""A freeze, as it is asked for, announced, and ended (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.access import Actor
from bot.controls.events import FreezeBegun
from bot.controls.state import EVERYWHERE
from bot.deployments.deployment import Deployment
from bot.deployments.gates.span import span
from bot.deployments.gates.wording import place
from bot.views.blocks import (
    actions,
    button,
    code,
    confirm,
    context,
    cut,
    escape,
    fence,
    header,
    section,
    when,
)
from bot.views.message import Block, Message
from bot.views.title import title
from bot.views.wording import capped, count, elapsed, listed, quoted, who

_MOST = 10


@dataclass(frozen=True, slots=True)
class FreezeFacts:
    """What is known beside the freeze itself, as it begins."""

    now: datetime
    freezes: int  # over the same scope, this one included
    running: Sequence[Deployment] = ()
    stopped: Sequence[Deployment] = ()
    queued: Sequence[Deployment] = ()
    self_syncing: Sequence[str] = ()
    window: Sequence[str] = ()  # argocd's commands
    clock: str = ""  # whose clock the times were read by


def begun(scope: str, freeze: FreezeBegun, facts: FreezeFacts) -> Message:
    """What whoever asked for it is answered: what it stops, and what it cannot stop."""
    said = f"{escape(place(scope))} is frozen{_until(freeze, facts.now)}."
    if facts.freezes > 1:
        said += f" {count(facts.freezes, 'freeze')} lie over it: it thaws when all have ended."
    lines = [*_running(facts), *_queued(facts)]
    blocks: list[Block] = [section(f"❄️ *{said}*")]
    if lines:
        blocks.append(section("\n".join(lines)))
    blocks += _self_syncing(facts)
    blocks.append(
        context(facts.clock, f"Ends it: {code(f'/shipmate unfreeze {scope} {freeze.id}')}")
    )
    return Message(text=said, blocks=blocks)


def _running(facts: FreezeFacts) -> list[str]:
    lines = []
    if facts.stopped:
        lines.append("Being cancelled: " + _named(facts.stopped))
    going = [each for each in facts.running if each.id not in {s.id for s in facts.stopped}]
    if going:
        lines.append(
            f"Running, and going on to the end: {_named(going)}. --stop would cancel them."
        )
    return lines


def _queued(facts: FreezeFacts) -> list[str]:
    if not facts.queued:
        return []
    return [f"Refused when their turn comes: {_named(facts.queued)}"]


def _self_syncing(facts: FreezeFacts) -> list[Block]:
    """What goes on whatever the bot does, and what would stop it."""
    if not facts.self_syncing:
        return []
    names = listed([code(name) for name in facts.self_syncing], _MOST)
    verb = "syncs by itself" if len(facts.self_syncing) == 1 else "sync by themselves"
    said = (
        f"⚠️ *Not stopped:* {names} {verb}, so what others push to Git still goes live there. "
        "Whoever administers Argo CD can stop that with a sync window; shipmate does not set it:"
    )
    return [section(said), section(fence("\n".join(facts.window)))]


def announcement(
    scope: str, freeze: FreezeBegun, *, ended_at: datetime | None = None, by: Actor | None = None
) -> Message:
    """The one message of a freeze in a channel; once it is over, that."""
    where = escape(place(scope))
    begin = f"by {who(freeze.actor)}: {quoted(freeze.reason)}"
    if ended_at is not None:
        how = f"ended by {who(by)}" if by else "ended by itself"
        said = f"{where} was frozen for {elapsed(freeze.at, ended_at)} {begin}; {how}."
        return Message(text=said, blocks=[section(f"🌤️ {said}"), context(code(freeze.id))])
    until = f"until {when(freeze.until)}" if freeze.until else "until somebody ends it"
    said = f"{where} is frozen {begin}, {until}."
    rollbacks = "Rollbacks too." if freeze.including_rollbacks else "Rollbacks go on."
    asked = confirm(
        "End this freeze?",
        f"{place(scope)}: {cut(freeze.reason, 200)}. Others that lie over it stay.",
        "Unfreeze",
        "Keep It",
    )
    row = actions(
        button("Unfreeze", "run:unfreeze", f"{scope} {freeze.id}", confirm=asked),
        block_id=f"freeze:{scope}:{freeze.id}",
    )
    blocks: list[Block] = [
        header(f"❄️ {place(scope)} is frozen"),
        section(said),
        context(
            "Nothing starts; what runs goes on to its end.",
            rollbacks,
            f"Began {when(freeze.at)}",
            code(freeze.id),
        ),
        row,
    ]
    return Message(text=said, blocks=blocks)


def ended(
    scope: str, over: Sequence[FreezeBegun], left: Sequence[tuple[str, FreezeBegun]]
) -> Message:
    """What whoever ended it is answered: how many are over, and which still hold."""
    what = f"{count(len(over), 'freeze')} of {escape(_inside(scope))} ended"
    if not left:
        said = f"{what}; nothing is frozen there any more."
        return Message(text=said, blocks=[section(f"🌤️ {said}")])
    lie = f"{count(len(left), 'freeze')} still {'lies' if len(left) == 1 else 'lie'}"
    said = f"{what}; it stays frozen: {lie} over it."
    if not any(where in {scope, EVERYWHERE} for where, _ in left):
        said = f"{what}; {lie} over a part of it."
    lines = [
        f"{code(f'{where} {each.id}')} by {who(each.actor)}: {quoted(each.reason, 200)}"
        for where, each in left
    ]
    return Message(
        text=said, blocks=[section(f"❄️ {said}"), section("\n".join(capped(lines, _MOST)))]
    )


def what_stopping_means(deployments: Sequence[Deployment]) -> list[str]:
    """One line for each deployment that `--stop` would cancel."""
    lines = []
    for each in deployments:
        if each.request.kind == "deploy" and each.commit_intended:
            how = "its earlier tags are put back and synced"
        elif any(run.intended_at for run in each.runs.values()):
            how = "its operations in Argo CD are terminated"
        else:
            how = "nothing of it has been written"
        lines.append(f"{code(each.id)} {escape(title(each))}: {how}")
    return capped(lines, _MOST)


def _inside(scope: str) -> str:
    return {"all": "everything", "shared": "what is shared"}.get(scope, scope)


def _named(deployments: Sequence[Deployment]) -> str:
    return listed([f"{code(each.id)} {escape(title(each))}" for each in deployments], _MOST)


def _until(freeze: FreezeBegun, now: datetime) -> str:
    if freeze.until is None:
        return " until somebody ends it"
    return f" until {when(freeze.until)} (for {span(now, freeze.until)})"
