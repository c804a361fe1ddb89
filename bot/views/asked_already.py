"""What whoever asks for the same again is answered: who did, and what that waits for (pure)."""

from __future__ import annotations

from bot.deployments.deployment import Deployment, State
from bot.views.approval_card import spoken, voices
from bot.views.blocks import code, context, escape, link, section
from bot.views.message import Message
from bot.views.title import title
from bot.views.wording import listed, who


def asked_already(deployment: Deployment, url: str) -> Message:
    """`url` is its card's address, "" where there is none yet."""
    what = link(url, title(deployment)) if url else f"*{escape(title(deployment))}*"
    said = (
        f"Already asked for by {who(deployment.request.actor)}: {what}. {_waits(deployment)} "
        "Nothing new was asked for."
    )
    anew = code(f"/shipmate cancel {deployment.id}")
    small = f"{code(deployment.id)} · To ask for it anew, {anew} first."
    return Message(text=said, blocks=[section(said), context(small)])


def _waits(deployment: Deployment) -> str:
    """What it is waiting for, as a sentence."""
    approval, request = deployment.approval, deployment.request
    if deployment.awaits_approval and approval:
        of = listed([escape(spoken(each)) for each in approval.asked.approvers], 4) or "nobody"
        return f"It is waiting for {of}: {voices(approval)}."
    match deployment.state:
        case State.WAITING:
            return "Its plan is being made."
        case State.RUNNING:
            return "It runs."
        case _ if deployment.awaits_source:
            return f"It is waiting until {escape(request.source)} has run it for long enough."
        case _ if deployment.held:
            return f"It is held: the deployment ahead ended {deployment.held.outcome}."
        case _ if deployment.queued and deployment.queued.behind:
            return (
                f"It is waiting for {listed([code(each) for each in deployment.queued.behind], 3)}."
            )
        case _:
            return "It starts by itself."


def takes_place_of(older: list[Deployment]) -> str:
    """Which requests a new one supersedes, as mrkdwn; "" where there are none."""
    if not older:
        return ""
    named = [f"{code(each.id)} of {who(each.request.actor)}" for each in older]
    have = "has" if len(older) == 1 else "have"
    return f"It supersedes {listed(named, 4)}, which {have} not started."
