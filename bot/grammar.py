"""What a person types: positional words and options, and did-you-mean (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Protocol

from bot.errors import UsageError
from bot.quoting import Token, brief, join, split

__all__ = ["Words", "brief", "join", "nearest", "read", "split"]

_LONGEST_GUESS = 80
_NO_OPTIONS = ("-", "->")
_ALIKE = 0.65
"""difflib's ratio from which two words are alike: “postgres” is no mistyped “stage”."""


class Declared(Protocol):
    """An option as a command declares it; `value` is its metavar, "" for a switch. One that is not
    `listed` is taken, and never offered.
    """

    @property
    def name(self) -> str: ...

    @property
    def value(self) -> str: ...

    @property
    def listed(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Words:
    """The words after a command's name. A switch that is set has the value ""."""

    positional: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)

    def take(self, index: int, what: str, *, field: str = "", hint: str = "") -> str:
        """The positional word at `index`; UsageError "The environment is missing." without one."""
        if index < len(self.positional):
            return self.positional[index]
        raise UsageError(f"The {what} is missing.", hint=hint, field=field or what)

    def at(self, index: int) -> str:
        """The positional word at `index`, or ""."""
        return self.positional[index] if index < len(self.positional) else ""

    def at_most(self, count: int) -> None:
        """Raise UsageError, naming the first surplus word, when there are more than `count`."""
        if len(self.positional) > count:
            raise UsageError(f"“{brief(self.positional[count])}” is one word too many.")

    def flag(self, name: str) -> bool:
        """Whether the switch is set."""
        return name in self.options

    def value(self, name: str, default: str = "") -> str:
        """The option's value, or `default` where it is not given."""
        return self.options.get(name, default)

    def number(self, name: str, default: int, *, least: int = 0, most: int = 1_000_000) -> int:
        """The option's value as a whole number within the limits; UsageError otherwise."""
        text = self.options.get(name)
        if text is None:
            return default
        if text.isascii() and text.isdigit() and len(text) < 12 and least <= int(text) <= most:
            return int(text)
        raise UsageError(
            f"--{name} takes a whole number from {least} to {most}, not “{brief(text)}”.",
            field=name,
        )


def read(text: str, options: Sequence[Declared] = ()) -> Words:
    """The words of `text`, given the options that exist. Raises UsageError.

    `--name value`, `--name=value` and `--switch` may stand anywhere; what follows a bare `--`,
    and what stands in quotes, is never an option.
    """
    takes = {option.name: bool(option.value) for option in options}
    offered = [option.name for option in options if option.listed]
    tokens = split(text)
    positional: list[str] = []
    given: dict[str, str] = {}
    index = 0
    while index < len(tokens):
        token = tokens[index]
        index += 1
        if token.quoted or not token.text.startswith("-") or token.text in _NO_OPTIONS:
            positional.append(token.text)
        elif token.text == "--":
            positional += [each.text for each in tokens[index:]]
            break
        else:
            name, value, used = _option(token, tokens[index : index + 1], takes, offered)
            if name in given:
                raise UsageError(f"--{name} is given twice.", field=name)
            given[name] = value
            index += used
    return Words(tuple(positional), given)


def _option(
    token: Token, following: Sequence[Token], takes: Mapping[str, bool], offered: Sequence[str]
) -> tuple[str, str, int]:
    """The option's name, its value, and how many of the following tokens it used."""
    spelled, equals, value = token.text.partition("=")
    name = spelled.lstrip("-")
    if name not in takes or not spelled.startswith("--"):
        near = nearest(name, offered)
        hint = f"Did you mean --{near[0]}?" if near else ""
        if offered and not near:
            are = "The option is" if len(offered) == 1 else "The options are"
            hint = f"{are} {', '.join(f'--{each}' for each in offered)}."
        raise UsageError(f"There is no option “{brief(spelled)}”.", hint=hint)
    if not takes[name]:
        if equals:
            raise UsageError(f"--{name} takes no value.", field=name)
        return name, "", 0
    if equals:
        return name, value, 0
    if not following or _looks_like_option(following[0]):
        raise UsageError(f"--{name} needs a value.", field=name)
    return name, following[0].text, 1


def _looks_like_option(token: Token) -> bool:
    return not token.quoted and token.text.startswith("-") and token.text != "-"


def _is_most_of(part: str, whole: str) -> bool:
    return part in whole and 2 * len(part) >= len(whole)


def nearest(word: str, candidates: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """The candidates a person may have meant, best first; () when none is near."""
    wanted = word.casefold()
    if not wanted or len(wanted) > _LONGEST_GUESS:
        return ()
    spelled = {each.casefold(): each for each in candidates}
    close = get_close_matches(wanted, spelled, n=most, cutoff=_ALIKE)
    if len(wanted) >= 3:
        close += [each for each in spelled if wanted in each or _is_most_of(each, wanted)]
    return tuple(spelled[each] for each in dict.fromkeys(close))[:most]
