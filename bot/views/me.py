"""What a person is told about themselves (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.access import Actor, Memberships, Permission, Rights
from bot.views.access import because, somewhere
from bot.views.blocks import code, context, cut, escape, fence, header, section, when
from bot.views.message import Block, Message
from bot.views.wording import listed, who


def whoami(
    actor: Actor,
    groups: Sequence[str],
    scopes: Sequence[str],
    rights: Rights,
    memberships: Memberships,
    *,
    asks: Mapping[str, Sequence[str]],
) -> Message:
    """Each scope with what may be done there, and which grant it comes from. `asks` are those in
    which they may ask for a change, through `deploy` in others, and approvers decide.
    """
    name = actor.name or actor.id
    if memberships.refusal:
        refusal = escape(memberships.refusal)
        return Message(text=refusal, blocks=[section(refusal)])
    lines = []
    for scope in scopes:
        may = rights.held.get(scope, ())
        what = ", ".join(code(each) for each in may) if may else "nothing"
        if through := asks.get(scope):
            what += f"; may ask for {code('deploy')}, through {code('deploy')} in "
            what += f"{somewhere(through)}: approvers decide"
        lines.append(f"*{escape(scope)}*: {what}")
    member = listed([f"@{each}" for each in groups]) or "no group that the catalog names"
    places = listed(list(rights.held)) or "nothing"
    said = f"You are {name} ({actor.subject}); you may act in {places}."
    blocks: list[Block] = [
        header(f"You are {name}"),
        context(f"{who(actor)} · {code(actor.subject)} · member of {escape(member)}"),
        section("\n".join(lines)),
    ]
    why = [_reason(subject, rights, memberships) for subject in rights.by_subject]
    if why:
        blocks.append(section("\n".join(["*Why*", *why])))
    uncounted = dict.fromkeys(memberships.uncounted.values())
    if uncounted:
        blocks.append(context(*(escape(cut(each, 300)) for each in uncounted)))
    return Message(text=escape(said), blocks=blocks)


def _reason(subject: str, rights: Rights, memberships: Memberships) -> str:
    """What comes from being one of a subject: "as a member of @oncall: `sync` for dev"."""
    together: dict[tuple[Permission, ...], list[str]] = {}
    for scope, permissions in rights.by_subject[subject].items():
        together.setdefault(permissions, []).append(scope)
    what = "; ".join(
        f"{', '.join(code(each) for each in permissions)} for {somewhere(scopes)}"
        for permissions, scopes in together.items()
    )
    new = memberships.new.get(subject)
    later = f" (decisions from {when(new)} on)" if new else ""
    return f"• {because(subject)}: {what}{later}"


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
