"""What a person is answered who promotes (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.deployments.events import DeploymentEvent, DeploymentRequested, SoakReached, TagsGiven
from bot.deployments.gates.gate import Gate
from bot.deployments.gates.wording import worded
from bot.views.blocks import BUTTON_VALUE, actions, button, code, context, escape, section, when
from bot.views.gates import gate_line
from bot.views.message import Block, Message
from bot.views.wording import listed


def promotion_requested(request: DeploymentRequested, supersedes: str = "") -> Message:
    """It is written down; the card tells the rest. `supersedes` says whose place it takes."""
    only = f" ({escape(listed(request.services, 4))})" if request.services else ""
    said = (
        f"What *{escape(request.source)}* runs{only} goes to *{escape(request.environment)}* as "
        f"{code(request.tag)}; its card is in {escape(request.channel)}."
    )
    if request.ready_at:
        said += f" It waits until it has run long enough, {when(request.ready_at)}."
    elif request.needs_approval:
        said += " It waits there for an approval."
    if supersedes:
        said += f" {supersedes}"
    small = f"{code(request.id)} · {code('/shipmate deployments')}"
    return Message(text=said, blocks=[section(said), context(small)])


def not_ready(closed: Sequence[Gate], now: datetime, words: str) -> Message:
    """The gates that are closed, of which time opens each; `words` ask again and wait for that."""
    said = f"{' '.join(worded(gate.found).why for gate in closed)} Nothing was changed."
    blocks: list[Block] = [section("\n".join(gate_line(gate, now) for gate in closed))]
    blocks.append(context("Nothing was changed."))
    if len(words) <= BUTTON_VALUE:
        again = button("Promote When Ready", "run:promote", words, style="primary")
        blocks.append(actions(again))
    return Message(text=escape(said), blocks=blocks)


def promotion_stage(event: DeploymentEvent) -> str:
    """What the thread and a shell are told of a promotion's own steps, "" for other events."""
    match event:
        case SoakReached():
            return f"It has run for long enough. {escape(event.note)}".rstrip()
        case TagsGiven():
            return "The images have their new tags in the registry."
        case _:
            return ""
