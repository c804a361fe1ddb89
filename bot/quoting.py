"""Splits a line into words as people type it: any quotes, any dashes (pure)."""

# ruff: noqa: RUF001 -- look-alike characters are what this file is about
from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.errors import UsageError

_DOUBLE = '"“”„‟'
_SINGLE = "'‘’‚‛"
_CLOSING = {
    **dict.fromkeys(_DOUBLE, _DOUBLE),
    **dict.fromkeys(_SINGLE, _SINGLE),
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
}
_DASHES = "‐‑‒–—―−﹘﹣－"  # what editors make of "-" and "--"
_PLAIN = re.compile(r"[A-Za-z0-9._/:@#+][A-Za-z0-9._/:@=#+-]*", re.ASCII)
_PLAIN_WORD = re.compile(r"[A-Za-z0-9._/:@#+][A-Za-z0-9._/:@#+-]*(?!\S)", re.ASCII)
_LEADING = re.compile(f"[-{_DASHES}]+")
_TO_HYPHEN = str.maketrans(dict.fromkeys(_DASHES, "-"))


@dataclass(frozen=True, slots=True)
class Token:
    """One word; `quoted` when it began with a quote, and so can be no option."""

    text: str
    quoted: bool = False


def split(text: str) -> list[Token]:
    """The words of a line. Raises UsageError for a quote that is never closed.

    A quote opens at the start of a word or after "=", and closes before white space or at the
    end, so that "don't" needs none. Within quotes a backslash keeps a quote or a backslash.
    Typographic dashes outside quotes become "-", and "--" where they start a word.
    """
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text[at] in _CLOSING:
            word, at = _quoted(text, at)
            tokens.append(Token(word, quoted=True))
        else:
            word, at = _bare(text, at)
            tokens.append(Token(word))
    return tokens


def quote(word: str) -> str:
    """The word as `split` reads it back, in quotes only where it needs them."""
    if _PLAIN.fullmatch(word):
        return word
    kept = re.sub(f"[\\\\{_DOUBLE}]", r"\\\g<0>", word)
    return f'"{kept}"'


def join(words: Iterable[str]) -> str:
    """The words as one line, each of them read back by `split` as a word of its own."""
    return " ".join(quote(word) for word in words)


def brief(word: str, longest: int = 60) -> str:
    """The word as a message quotes it: one line, cut where it is long."""
    shown = " ".join(word[: longest * 4].split())
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def _quoted(text: str, start: int) -> tuple[str, int]:
    closing = _CLOSING[text[start]]
    word: list[str] = []
    at = start + 1
    while at < len(text):
        here = text[at]
        if here == "\\" and at + 1 < len(text) and text[at + 1] in f"\\{closing}":
            word.append(text[at + 1])
            at += 2
            continue
        if here in closing and (at + 1 == len(text) or text[at + 1].isspace()):
            return "".join(word), at + 1
        word.append(here)
        at += 1
    raise UsageError(f"The quote that opens at {brief(text[start:], 20)} is never closed.")


def _bare(text: str, start: int) -> tuple[str, int]:
    plain = _PLAIN_WORD.match(text, start)
    if plain is not None:
        return plain.group(), plain.end()
    at = start
    while at < len(text) and not text[at].isspace():
        if text[at] == "=" and at + 1 < len(text) and text[at + 1] in _CLOSING:
            value, end = _quoted(text, at + 1)
            return f"{_dashes(text[start:at])}={value}", end
        at += 1
    return _dashes(text[start:at]), at


def _dashes(word: str) -> str:
    leading = _LEADING.match(word)
    if leading is None:
        return word.translate(_TO_HYPHEN)
    start = leading.group()
    hyphens = start if start.isascii() else "--"
    return hyphens + word[leading.end() :].translate(_TO_HYPHEN)
