"""Whether the record is whole, and everything that is wrong with it (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.views import icons
from bot.views.blocks import code, context, escape, header, section
from bot.views.message import Block, Message
from bot.views.wording import capped, count, listed

if TYPE_CHECKING:
    from bot.audit.proof import Proof

_SHOWN = 25


def proof(shown: Proof) -> Message:
    """The verdict in one sentence, each fault in a line, then what was compared."""
    said = _sentence(shown)
    mark = "❌" if shown.faults else "✅" if shown.holds else icons.WARNING
    blocks: list[Block] = [header("Audit of the record"), section(f"{mark} {escape(said)}")]
    if shown.faults:
        lines = [f"• {escape(_capital(fault.why))}." for fault in shown.faults]
        blocks.append(section("\n".join(capped(lines, _SHOWN))))
        next_step = "Keep this file as it is, and compare it with a backup made before."
        blocks.append(section(next_step))
    blocks += [section(f"{icons.WARNING} Not asked: {escape(why)}") for why in shown.unheard]
    chain = shown.chain
    small = [f"Head: {code(f'{chain.events} {chain.head}')}", _compared(shown)]
    return Message(text=f"{mark} {said}", blocks=[*blocks, context(*small)])


def _sentence(shown: Proof) -> str:
    events = count(shown.chain.events, "event")
    if shown.faults:
        return (
            f"The record of {events} is not as it was written: {count(len(shown.faults), 'fault')}."
        )
    if shown.unheard:
        return f"The chain of {events} is whole, but not every witness could be asked."
    return f"The record is whole: {events}, each as it was written and in its place."


def _compared(shown: Proof) -> str:
    names = {"Git": "commit", "Slack": "weekly digest", "known": "head at hand"}
    heard = [count(number, names[who]) for who, number in (shown.heard or {}).items() if number]
    return (
        f"Compared with {listed(heard)}." if heard else "No head is known outside the record yet."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
