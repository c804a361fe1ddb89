"""The weekly digest of the record, for the channel of production (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.deployments.deployment import State
from bot.views import icons
from bot.views.audit import person
from bot.views.blocks import code, context, cut, escape, header, link, section, when
from bot.views.fit import fit
from bot.views.message import Block, Message
from bot.views.wording import capped, count, listed

if TYPE_CHECKING:
    from bot.audit.digest import Digest
    from bot.audit.entries import Entry

_SHOWN = 12
_LONGEST = 160
_END = {state.value: icon for state, icon in icons.STATE.items()}


def weekly(digest: Digest, head: str, links: Mapping[str, str]) -> Message:
    """What needs somebody comes first. `head` is the record's, `links` lead to cards by id."""
    said = f"The week {digest.week.name} in production: {listed(_counted(digest))}."
    blocks: list[Block] = [
        header(f"Weekly digest {digest.week.name}"),
        context(f"{when(digest.week.begins)} to {when(digest.week.ends)}"),
    ]
    reviews = [_line(each, links) for each in digest.unreviewed]
    blocks += _part(f"{icons.WARNING} Not reviewed yet", reviews)
    blocks += _part("🚨 Break-glass", [_line(each, links) for each in digest.break_glass])
    blocks += _part("🔓 Overrides", [_line(each, links) for each in digest.overrides])
    blocks += _part("↩️ Rollbacks", [_line(each, links) for each in digest.rollbacks])
    blocks += _part("🚀 Changes", [_line(each, links) for each in digest.changes])
    blocks += _part("⛔ Refused", _refusals(digest.refusals))
    proof = code(f'/shipmate audit verify --head "{head}"')
    blocks.append(context(f"Head of the record: {code(head)}", f"Compare with it: {proof}"))
    return Message(text=escape(said), blocks=fit(blocks))


def _counted(digest: Digest) -> list[str]:
    parts = (
        (len(digest.changes), "change", ""),
        (len(digest.refusals), "refusal", ""),
        (len(digest.overrides), "override", ""),
        (len(digest.break_glass), "break-glass deployment", ""),
        (len(digest.rollbacks), "rollback", ""),
        (len(digest.unreviewed), "not reviewed yet", "not reviewed yet"),
    )
    return [count(number, one, many) for number, one, many in parts if number]


def _part(title: str, lines: Sequence[str]) -> list[Block]:
    if not lines:
        return []
    return [section("\n".join([f"*{title}* ({len(lines)})", *capped(lines, _SHOWN)]))]


def _line(line: Entry, links: Mapping[str, str]) -> str:
    icon = _END.get(line.outcome, "✍️" if line.kind == "Approved" else icons.STATE[State.RUNNING])
    what = cut(line.what, _LONGEST)
    url = links.get(line.deployment, "")
    parts = [
        f"{icon} {link(url, what) if url else code(what)}",
        person(line),
        when(line.at),
        escape(cut(line.outcome, _LONGEST)),
        code(cut(line.deployment, _LONGEST)),
        f"“{escape(cut(' '.join(line.why.split()), _LONGEST))}”" if line.why else "",
    ]
    return " · ".join(part for part in parts if part)


def _refusals(found: Sequence[Entry]) -> list[str]:
    """The same person with the same words is one line."""
    alike = Counter((person(each), cut(each.what, _LONGEST)) for each in found)
    return [
        f"• {who} · {code(what)}" + (f" · {times} times" if times > 1 else "")
        for (who, what), times in alike.most_common()
    ]
