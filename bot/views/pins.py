"""A pin, as it is announced, nagged about, and ended (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.access import Actor
from bot.controls.events import HotfixHeld, HotfixUnknown, Pinned
from bot.deployments.gates.wording import place
from bot.views.blocks import actions, button, code, confirm, context, cut, escape, section, when
from bot.views.message import Block, Message
from bot.views.wording import elapsed, listed, quoted, who


def announcement(scope: str, pinned: Pinned) -> Message:
    """The one message of a pin in the channel, with what ends it."""
    said = (
        f"{_what(pinned)} {_are(pinned)} pinned{_at(pinned)} since {who(pinned.actor)} rolled back."
    )
    reason = quoted(pinned.reason) if pinned.reason else ""
    candidate = (
        f" They may bring {pinned.candidate} again, which was rolled back from."
        if pinned.candidate
        else ""
    )
    asked = confirm(
        "Let automation go on?",
        f"{place(scope)}: deployments by pipelines are taken again.{candidate}",
        "Resume",
        "Stay Pinned",
    )
    blocks: list[Block] = [
        section(f"📌 *{said}*"),
        context(
            "Automation is refused there; people are warned.",
            f"Next: {_next(scope, pinned)}",
            reason,
            f"Rollback {code(pinned.id)}",
        ),
        actions(
            button("Resume", "run:resume", f"{scope} {pinned.id}", confirm=asked),
            block_id=f"pin:{scope}:{pinned.id}",
        ),
    ]
    return Message(text=said, blocks=blocks)


def over(pinned: Pinned, at: datetime, by: Actor) -> Message:
    """The same message once somebody has let automation go on."""
    lasted = elapsed(pinned.at, at)
    said = (
        f"{_what(pinned)} {_were(pinned)} pinned{_at(pinned)} for {lasted}; resumed by {who(by)}."
    )
    return Message(
        text=said, blocks=[section(f"📌 {said}"), context(f"Rollback {code(pinned.id)}")]
    )


def nag(scope: str, pinned: Pinned, now: datetime) -> Message:
    """The daily word that it is still there."""
    lasts = elapsed(pinned.at, now)
    resume = code(f"/shipmate resume {scope}")
    return Message(
        text=f"{who(pinned.actor)} {_what(pinned)} {_are(pinned)} still pinned{_at(pinned)}, for "
        f"{lasts} now, and automation is refused there. {resume} ends that."
    )


def held(scope: str, hold: HotfixHeld) -> Message:
    """In the thread of the deployment that brought it: automation waits, and until when."""
    resume = code(f"/shipmate resume {scope}")
    return Message(
        text=f"{code(hold.commit[:7])} is not on {code(cut(hold.branch, 100))}: automation is held in "
        f"{escape(scope)} until {when(hold.until)}, so that it does not take the hotfix away. "
        f"{resume} ends that."
    )


def not_held(unknown: HotfixUnknown) -> Message:
    """In the same place: nobody knows whether it is a hotfix."""
    return Message(
        text=f"GitHub did not tell whether {code(unknown.commit[:7])} is on {code(cut(unknown.branch, 100))}: "
        "automation is not held. If this is a hotfix, lock or freeze the environment."
    )


def resumed(scope: str, pins: Sequence[Pinned], holds: Sequence[HotfixHeld]) -> Message:
    """What whoever resumed is answered: what goes on, and what would be deployed next."""
    said = f"Automation goes on in {escape(scope)}."
    lines = []
    for pinned in pins:
        line = f"{_what(pinned)} {_are(pinned)} not pinned any more."
        if pinned.candidate:
            line += (
                f" {code(cut(pinned.candidate, 128))} was rolled back from: see that it is mended "
                f"before {code(f'/deploy {scope} {pinned.candidate}')}, or deploy a newer build."
            )
        lines.append(line)
    lines += [f"The hold of {code(hold.id)} is over." for hold in holds]
    return Message(text=said, blocks=[section(f"▶️ *{said}*"), section("\n".join(lines))])


def _next(scope: str, pinned: Pinned) -> str:
    """What ends it for good."""
    tag = code(cut(pinned.candidate, 128)) if pinned.candidate else "what was rolled back from"
    resume = code(f"/shipmate resume {scope}")
    return f"see that {tag} is mended; then Resume (or {resume}), and deploy what mends it."


def _what(pinned: Pinned) -> str:
    return listed([code(name) for name in pinned.applications], 5)


def _are(pinned: Pinned) -> str:
    return "is" if len(pinned.applications) == 1 else "are"


def _were(pinned: Pinned) -> str:
    return "was" if len(pinned.applications) == 1 else "were"


def _at(pinned: Pinned) -> str:
    tags = listed([code(cut(tag, 100)) for tag in dict.fromkeys(pinned.tags.values())], 3)
    return f" at {tags}" if tags else ""
