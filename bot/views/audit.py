"""The audit as a list that is readable on a phone (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.audit.answered import TYPE as ANSWERED
from bot.audit.answered import Result
from bot.deployments.deployment import State
from bot.views import icons
from bot.views.blocks import code, context, cut, escape, fence, header, section, when
from bot.views.fit import fit
from bot.views.message import Block, Message
from bot.views.wording import count, listed

if TYPE_CHECKING:
    from bot.audit.entries import Entry
    from bot.audit.reading import Page

_RESULT: dict[str, str] = {
    Result.OK: "👁️",
    Result.FORM: "👁️",
    Result.FAILED: "❌",
    Result.USAGE: "⌨️",
    Result.REFUSED: "⛔",
    Result.CONFLICT: "🚧",
    Result.UPSTREAM: "🔌",
    Result.BUG: "🐞",
}
_SAID: dict[str, str] = {
    Result.FAILED: "Not well",
    Result.USAGE: "Not understood",
    Result.REFUSED: "Refused",
    Result.CONFLICT: "Not now",
    Result.UPSTREAM: "Failed",
    Result.BUG: "A bug of shipmate",
}
_END = {state.value: icon for state, icon in icons.STATE.items()}
_DECIDED, _CARRIED_OUT = "✍️", "👤"
_LONGEST = 300
_NAME = 80
_LINE = 240  # of an export that can only be shown


def audit(page: Page, about: str, more: str) -> Message:
    """Newest first, two or three short lines each. `about` is what was asked for, in words;
    `more` the command that shows more.
    """
    about, more = cut(about, _LONGEST), cut(more, _LONGEST)
    if not page.entries:
        said = f"The record holds nothing{about}."
        return Message(text=escape(said), blocks=[section(escape(said)), context(code(more))])
    said = f"The newest {count(len(page.entries), 'entry', 'entries')} of the audit{about}."
    blocks: list[Block] = [header("Audit"), context(escape(said))]
    blocks += [section(_entry(each)) for each in page.entries]
    small = "There is more: " if page.has_more else "Looks, too: "
    blocks.append(context(f"{small}{code(more)}"))
    return Message(text=escape(said), blocks=fit(blocks))


def exported(lines: Sequence[str], total: int, shell: str, *, heading: bool) -> Message:
    """The beginning of an export, cut, with its count; the whole is for a shell. `heading`: the first
    line is no event.
    """
    said = f"{count(total, 'event')} of the record."
    shown = "\n".join(cut(line, _LINE) for line in lines)
    left = total - len(lines) + heading
    small = f"{count(left, 'more event')}. " if left > 0 else ""
    blocks = [section(said), section(fence(shown)), context(f"{small}The whole: {code(shell)}")]
    return Message(text=said, blocks=fit(blocks))


def sent(total: int, name: str) -> Message:
    """What is answered once the whole export is with whoever asked for it."""
    said = f"{count(total, 'event')} of the record: {code(name)} is in your direct messages."
    return Message(text=said, blocks=[section(f"📎 {said}")])


def introduced(total: int, about: str) -> str:
    """What stands over the file."""
    return escape(cut(f"{count(total, 'event')} of the record{about}.", _LONGEST))


def _entry(line: Entry) -> str:
    first = [f"{_icon(line)} {person(line)}", when(line.at)]
    if line.environments:
        first.append(code(cut(listed(line.environments, 3), _NAME)))
    second = code(cut(line.what, _LONGEST))
    if line.deployment:
        second += f" · {code(cut(line.deployment, _NAME))}"
    rest = [" · ".join(first), second, _outcome(line)]
    if line.why:
        rest.append(f"“{escape(cut(' '.join(line.why.split()), _LONGEST))}”")
    return "\n".join(each for each in rest if each)


def _icon(line: Entry) -> str:
    if line.kind == "DeploymentRequested":
        return _END.get(line.outcome, icons.STATE[State.RUNNING])
    if line.kind != ANSWERED:
        return _DECIDED
    carried_out = line.outcome == Result.OK and not line.is_look
    return _CARRIED_OUT if carried_out else _RESULT.get(line.outcome, icons.WARNING)


def person(line: Entry) -> str:
    """Who it was, with their GitHub login, and the door where that is not Slack."""
    kind, _, key = line.who.partition(":")
    name = (
        f"<@{key}>"
        if kind == "slack" and key.isalnum()
        else escape(cut(key or kind or "shipmate", _NAME))
    )
    login = f" ({escape(cut(line.login, _NAME))})" if line.login else ""
    door = f" by {escape(cut(line.door, _NAME))}" if line.door not in ("", "slack") else ""
    return f"*{name}*{login}{door}"


def _outcome(line: Entry) -> str:
    message = escape(cut(" ".join(line.message.split()), _LONGEST))
    if line.kind == "DeploymentRequested":
        return f"{line.outcome}. {message}".strip() if line.outcome else "Not over yet."
    said = _SAID.get(line.outcome) if line.kind == ANSWERED else line.outcome
    return ": ".join(each for each in (said or "", message) if each)
