"""What goes to a deployment's thread: its stages, and one mention at the end (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deployments.deployment import Deployment, State
from bot.deployments.events import (
    ApplicationEnded,
    AppOutcome,
    ApprovalLapsed,
    ApprovalReminded,
    ApprovalRequested,
    Approved,
    Committed,
    DeploymentCorrected,
    DeploymentEnded,
    DeploymentEvent,
    DeploymentReviewed,
    DeploymentStarted,
    QueueHeld,
    Reverted,
    SyncBlocked,
    SyncIntended,
)
from bot.views import icons
from bot.views.applications import present_wave
from bot.views.approval_stages import approval_stage
from bot.views.blocks import MESSAGE_TEXT, code, cut, escape, section, shortened
from bot.views.end import after_next, next_step
from bot.views.failure import first_reason
from bot.views.message import Message
from bot.views.promoting import promotion_stage
from bot.views.rollback_argo import auto_sync_stage
from bot.views.title import title
from bot.views.waiting import GO_ON
from bot.views.wording import elapsed, listed, who


def stage(
    deployment: Deployment,
    event: DeploymentEvent,
    behind: Sequence[Deployment] = (),
    *,
    is_newest: bool = True,
    may_roll_back: str = "",
) -> Message | None:
    """The thread's post about one event, None where the card alone says it.

    `behind` are those that wait for this one, or for a word on its end. `may_roll_back` names the
    holders of `rollback`, where whoever asked may not be one: a bad end calls for them.
    """
    match event:
        case DeploymentCorrected():
            mark = "✅" if event.healthy else icons.WARNING
            head = f"{mark} {who(deployment.request.actor)} {escape(event.message)}"
            said = _with_reason(deployment, [head], behind, is_newest=is_newest)
        case DeploymentEnded():
            said = _with_reason(deployment, _end(deployment, event), behind, is_newest=is_newest)
        case _:
            said = _said(deployment, event)
    if said and may_roll_back and is_broadcast(deployment, event):
        said += f"\n*May roll back:* {escape(may_roll_back)}."
    return Message(text=shortened(said, MESSAGE_TEXT), blocks=[section(said)]) if said else None


def is_broadcast(deployment: Deployment, event: DeploymentEvent) -> bool:
    """Whether the post also shows in the channel: a failure, or a success that did not last."""
    if isinstance(event, DeploymentCorrected):
        return not event.healthy
    failed = deployment.state in (State.FAILED, State.TIMED_OUT)
    return isinstance(event, DeploymentEnded) and failed


def _said(deployment: Deployment, event: DeploymentEvent) -> str:
    match event:
        case ApprovalRequested() | ApprovalReminded() | Approved() | ApprovalLapsed():
            return approval_stage(deployment, event)
        case DeploymentReviewed():
            note = f" “{escape(cut(event.note, 300))}”" if event.note else ""
            return f"{icons.STATE[State.SUCCEEDED]} Reviewed by {who(event.actor)}.{note}"
        case DeploymentStarted() if deployment.request.kind == "deploy":
            return ""
        case Committed(changed=True):
            return f"The tags are in Git as {code(event.sha[:7])}."
        case SyncIntended() if len(deployment.waves) > 1:
            return _wave(deployment)
        case SyncBlocked():
            app = code(event.application)
            return f"{app} is busy with another operation, by {escape(cut(event.by, 100))}; ours follows."
        case ApplicationEnded() if event.outcome is not AppOutcome.SUCCEEDED:
            mark, name = icons.OUTCOME[event.outcome], code(event.application)
            text = escape(cut(" ".join(event.message.split()), 500))
            return f"{mark} {name} {event.outcome.value.lower()}. {text}".strip()
        case QueueHeld():
            mention = who(deployment.request.actor)
            return f"{mention} this waits: the deployment ahead ended {event.outcome}. {GO_ON}"
        case Reverted():
            return f"The earlier tags are back in Git as {code(event.sha[:7])}."
        case _:
            return promotion_stage(event) or auto_sync_stage(event)


def _wave(deployment: Deployment) -> str:
    """Said once of each wave in which there is something to do: at its first sync."""
    wave = deployment.waves[deployment.wave]
    if sum(deployment.runs[app.name].intended_at is not None for app in wave) != 1:
        return ""
    names = [code(app.name) for app in wave]
    return f"Wave {present_wave(deployment)}: {listed(names, 12)}."


def _end(deployment: Deployment, event: DeploymentEnded) -> list[str]:
    begin = deployment.started_at or deployment.request.at
    mark, state = icons.STATE[deployment.state], deployment.state.value
    by = f" by {who(deployment.cancel.actor)}" if deployment.cancel else ""
    head = f"{mark} {who(deployment.request.actor)} {escape(title(deployment))}: *{state}*"
    lines = [f"{head}{by} after {elapsed(begin, event.at)}."]
    if event.message:
        lines.append(escape(cut(event.message, 600)))
    return lines


def _with_reason(
    deployment: Deployment, lines: list[str], behind: Sequence[Deployment], *, is_newest: bool
) -> str:
    """With the first failing object and the next step: who reads it may see nothing else."""
    reason = first_reason(deployment, "\n".join(lines))
    step = next_step(deployment, behind, is_newest=is_newest)
    return "\n".join([*lines, *filter(None, (reason, step and f"*Next:*{after_next(step)}{step}"))])
