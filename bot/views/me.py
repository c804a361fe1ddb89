"""What a person is told about themselves (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.access import Actor, Permission
from bot.views.blocks import code, context, escape, fence, header, section, when
from bot.views.message import Block, Message
from bot.views.wording import listed, who


def whoami(
    actor: Actor,
    groups: Sequence[str],
    scopes: Sequence[str],
    held: Mapping[str, Sequence[Permission]],
    refusal: str,
) -> Message:
    """Each scope with what may be done there, and the groups it comes from."""
    name = actor.name or actor.id
    if refusal:
        return Message(text=escape(refusal), blocks=[section(escape(refusal))])
    lines = []
    for scope in scopes:
        may = held.get(scope, ())
        what = ", ".join(code(each) for each in may) if may else "nothing"
        lines.append(f"*{escape(scope)}*: {what}")
    member = listed([f"@{each}" for each in groups]) or "no group that the catalog names"
    said = f"You are {name} ({actor.subject}); you may act in {listed(list(held)) or 'nothing'}."
    blocks: list[Block] = [
        header(f"You are {name}"),
        context(f"{who(actor)} · {code(actor.subject)} · member of {escape(member)}"),
        section("\n".join(lines)),
    ]
    return Message(text=escape(said), blocks=blocks)


def login(token: str, ends: datetime, url: str = "") -> Message:
    """The token, once, and what to do with it; `url` is the bot's own address, where known."""
    said = "Your personal token for the command line; it asks as you, so keep it to yourself."
    exports = [f"export SHIPMATE_URL={url}"] if url else []
    exports.append(f"export SHIPMATE_TOKEN={token}")
    blocks: list[Block] = [
        section(said),
        section(fence("\n".join(exports))),
        context(f"It ends {when(ends)}. Then: {code('shipmate whoami')}"),
    ]
    return Message(text=said, blocks=blocks)
