"""What goes to a deployment's thread: its stages, and one mention at the end (pure)."""

from __future__ import annotations

from bot.deployments.deployment import Deployment, State
from bot.deployments.events import (
    ApplicationEnded,
    AppOutcome,
    Committed,
    DeploymentCorrected,
    DeploymentEnded,
    DeploymentEvent,
    DeploymentStarted,
    QueueHeld,
    Reverted,
    SyncBlocked,
    WaveStarted,
)
from bot.views import icons
from bot.views.blocks import code, cut, escape, section
from bot.views.card import title
from bot.views.message import Message
from bot.views.wording import elapsed, listed, who


def stage(deployment: Deployment, event: DeploymentEvent) -> Message | None:
    """The thread's post about one event, None where the card alone says it."""
    said = _said(deployment, event)
    return Message(text=said, blocks=[section(said)]) if said else None


def is_broadcast(deployment: Deployment, event: DeploymentEvent) -> bool:
    """Whether the post also shows in the channel: a failure, or a success that did not last."""
    if isinstance(event, DeploymentCorrected):
        return not event.healthy
    failed = deployment.state in (State.FAILED, State.TIMED_OUT)
    return isinstance(event, DeploymentEnded) and failed


def _said(deployment: Deployment, event: DeploymentEvent) -> str:
    match event:
        case DeploymentStarted() if deployment.request.kind == "deploy":
            return ""
        case Committed(changed=True):
            return f"The tags are in Git as {code(event.sha[:7])}."
        case WaveStarted() if len(deployment.waves) > 1:
            names = [code(app.name) for app in deployment.waves[event.wave]]
            return f"Wave {event.wave + 1} of {len(deployment.waves)}: {listed(names, 12)}."
        case SyncBlocked():
            app = code(event.application)
            return f"{app} is busy with another operation, by {escape(event.by)}; ours follows."
        case ApplicationEnded() if event.outcome is not AppOutcome.SUCCEEDED:
            mark, name = icons.OUTCOME[event.outcome], code(event.application)
            text = escape(cut(" ".join(event.message.split()), 500))
            return f"{mark} {name} {event.outcome.value.lower()}. {text}".strip()
        case QueueHeld():
            mention = who(deployment.request.actor)
            return (
                f"{mention} this waits: the deployment ahead ended {event.outcome}. "
                "Go On starts yours; Resume Queue starts all that wait."
            )
        case Reverted():
            return f"The earlier tags are back in Git as {code(event.sha[:7])}."
        case DeploymentCorrected():
            mark = "✅" if event.healthy else icons.WARNING
            return f"{mark} {who(deployment.request.actor)} {escape(event.message)}"
        case DeploymentEnded():
            return _end(deployment, event)
        case _:
            return ""


def _end(deployment: Deployment, event: DeploymentEnded) -> str:
    begin = deployment.started_at or deployment.request.at
    mark, state = icons.STATE[deployment.state], deployment.state.value
    head = f"{mark} {who(deployment.request.actor)} {escape(title(deployment))}: *{state}*"
    lines = [f"{head} after {elapsed(begin, event.at)}."]
    if event.message:
        lines.append(escape(cut(event.message, 600)))
    if event.next_step:
        lines.append(f"*Next:* {escape(cut(event.next_step, 400))}")
    return "\n".join(lines)
