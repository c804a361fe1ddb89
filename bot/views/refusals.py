"""What a person is told when something cannot be done: what is wrong, then the next step (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deployments.gates.refusal import GatesClosed
from bot.errors import NotKnown, UsageError, UserError
from bot.views import icons
from bot.views.blocks import code, context, cut, escape, section
from bot.views.gates import refused_by
from bot.views.message import Message
from integrations.errors import Forbidden, RateLimited, Unauthorized, UpstreamError

_LONGEST = 1500


def refused(error: UserError, *, usage: str = "") -> Message:
    """The person's request cannot be carried out. `usage` is shown where the words are wrong."""
    if isinstance(error, GatesClosed):
        return refused_by(error.gates, error.now, error.changed, error.message, error.hint)
    small: list[str] = []
    if isinstance(error, NotKnown) and error.near:
        small.append(f"Did you mean {_choice(error.near)}?")
    if error.hint:
        small.append(escape(cut(error.hint, _LONGEST)))
    shown = _usage(error, usage)
    if shown:
        small.append(f"Usage: {code(shown)}")
    return _message(error.message, small)


def upstream_failed(error: UpstreamError) -> Message:
    """A system outside did not do what was asked: which, why, and whether anything changed."""
    said = error.sentence
    changed = (
        "Nothing was changed."
        if error.changed == "no"
        else "It is not known whether anything changed: look before you ask again."
    )
    return _message(said, [changed, _next_step(error)])


def file_not_sent(message: Message, error: UpstreamError) -> Message:
    """The message that stands in for a file, and why there is none."""
    why = escape(f"The file could not be sent: {error.service}: {error.summary}")
    small = context(f"{icons.WARNING} {why}", _next_step(error))
    return Message(text=f"{message.text} {why}", blocks=[*message.blocks, small])


def bug(reference: str, *, unrecorded: bool = False) -> Message:
    """Our own fault: a short reference that the log has with the trace. `unrecorded` says that the
    record cannot be written, on a full disk for one: whoever runs shipmate can mend that.
    """
    if unrecorded:
        return _message(
            "shipmate cannot write its record now, so it starts nothing.",
            [
                "Whoever runs it: is there room for its database, and may it be written?",
                f"Its log has the details under {code(reference)}.",
                "It goes on by itself once that is mended; ask again then.",
            ],
        )
    return _message(
        "Something went wrong inside shipmate.",
        [f"Its log has the details under {code(reference)}. Ask again, or tell whoever runs it."],
    )


def stopping() -> Message:
    """The bot is on its way down and takes no new work."""
    return _message("shipmate is restarting and takes no new requests.", ["Ask again in a minute."])


def nothing() -> Message:
    """No words: something else is the answer."""
    return Message(text="")


def plain_text(error: UserError, *, usage: str = "") -> str:
    """A refusal for one line of plain text: a form's field, a terminal."""
    near = error.near if isinstance(error, NotKnown) else ()
    parts = [error.message]
    if near:
        parts.append(f"Did you mean {' or '.join(near)}?")
    if error.hint:
        parts.append(error.hint)
    shown = _usage(error, usage)
    if shown:
        parts.append(f"Usage: {shown}")
    return " ".join(parts)


def _usage(error: UserError, usage: str) -> str:
    """The usage line, where the words are at fault."""
    if isinstance(error, UsageError):
        return error.usage or usage
    return usage if isinstance(error, NotKnown) else ""


def _next_step(error: UpstreamError) -> str:
    match error:
        case RateLimited():
            return f"It asks to wait {max(1, round(error.retry_after))} seconds."
        case Unauthorized() | Forbidden():
            return (
                f"Whoever runs shipmate should check its access; {code('/shipmate doctor')} helps."
            )
        case _ if error.transient:
            return "Ask again in a moment."
        case _:
            return ""


def _choice(words: Sequence[str]) -> str:
    return " or ".join(code(word) for word in words)


def _message(said: str, small: Sequence[str]) -> Message:
    sentence = escape(cut(said, _LONGEST))
    kept = [each for each in small if each]
    blocks = [section(sentence), *([context(*kept)] if kept else [])]
    return Message(text=" ".join([sentence, *kept]), blocks=blocks)
