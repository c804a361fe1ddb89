"""What a line was meant to say that lacks quotes, or the dashes of an option (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.errors import UsageError
from bot.grammar import Declared
from bot.quoting import Token, quote, split

_SAID_IN_WORDS = frozenset({"text", "time"})
"""The metavars of what people say in several words."""


def mended(text: str, options: Sequence[Declared]) -> str:
    """The line with each text in quotes and each option's dashes; "" where it says the same.

    `staging --reason fix the login` is `staging --reason "fix the login"`, and `staging for 2h` is
    `staging --for 2h`. The first word is never an option.
    """
    try:
        tokens = split(text)
    except UsageError:
        return ""
    takes = {option.name: option.value for option in options}
    out: list[str] = []
    at = 0
    while at < len(tokens):
        token, rest = tokens[at], tokens[at + 1 :]
        name, equals, value = _name(token, takes, first=at == 0).partition("=")
        at += 1
        if not name:
            out.append(quote(token.text) if token.quoted else token.text)
            continue
        out.append(f"--{name}{equals}{quote(value) if equals else ''}")
        if takes[name] in _SAID_IN_WORDS:
            taken = [] if rest and rest[0].quoted and not equals else _said(rest, takes)
            said = " ".join((*([value] if equals else []), *(each.text for each in taken)))
            at += len(taken)
            if said:
                out[-1] = f"--{name} {quote(said)}"
    line = " ".join(out)
    return "" if line == _as_typed(tokens) else line


def _name(token: Token, takes: Mapping[str, str], *, first: bool) -> str:
    """The option that a word is, or was meant to be, with "=value" where it has one; or ""."""
    spelled = token.text.lstrip("-")
    has_dashes = token.text.startswith("--")
    if token.quoted or spelled.partition("=")[0] not in takes:
        return ""
    return spelled if has_dashes or (not first and "=" not in spelled) else ""


def _said(rest: Sequence[Token], takes: Mapping[str, str]) -> Sequence[Token]:
    """The words up to the next option."""
    for count, token in enumerate(rest):
        if token.quoted or token.text.startswith("-") or token.text in takes:
            return rest[:count]
    return rest


def _as_typed(tokens: Sequence[Token]) -> str:
    return " ".join(quote(each.text) if each.quoted else each.text for each in tokens)
