"""One page of evidence for one change (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.views.blocks import code, context, escape, header, section
from bot.views.fit import fit
from bot.views.message import Block, Message

if TYPE_CHECKING:
    from bot.audit.evidence import Section


def page(key: str, sections: Sequence[Section]) -> Message:
    """Each part under its title; what is too long is cut with its count."""
    said = f"Evidence for {code(key)}."
    blocks: list[Block] = [header(f"Evidence for {key}")]
    for part in sections:
        lines = "\n".join(escape(line) for line in part.lines)
        blocks.append(section(f"*{escape(part.title)}*\n{lines}"))
    shell = code(f"shipmate audit export --deployment {key}")
    blocks.append(context(f"The whole page, in a shell: {shell}"))
    return Message(text=said, blocks=fit(blocks))
