"""The grammar that Block Kit's shapes are written in: a rule says what is wrong with a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Rule = Callable[[Any, str], Iterator[str]]
"""Yields each problem of the value at a JSON pointer, in Slack's words."""


def problem(text: str, at: str) -> str:
    """One problem as Slack writes it."""
    return f"{text} [json-pointer:{at}]"


def string(most: int, least: int = 1) -> Rule:
    """Text of `least` to `most` characters."""

    def rule(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield problem("must provide a string", at)
        elif len(value) < least:
            yield problem(f"must be more than {least - 1} characters", at)
        elif len(value) > most:
            yield problem(f"must be less than {most + 1} characters", at)

    return rule


def url(most: int) -> Rule:
    """An absolute web address."""

    def rule(value: Any, at: str) -> Iterator[str]:
        yield from string(most)(value, at)
        if isinstance(value, str) and not value.startswith(("https://", "http://")):
            yield problem("must be a valid URL", at)

    return rule


def one_of(*values: object) -> Rule:
    """One of a few words."""

    def rule(value: Any, at: str) -> Iterator[str]:
        if value not in values:
            yield problem("must be a valid enum value", at)

    return rule


def boolean(value: Any, at: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield problem("must provide a boolean", at)


def number(least: float, most: float) -> Rule:
    """A number within bounds."""

    def rule(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            yield problem("must provide a number", at)
        elif value < least:
            yield problem(f"must be at least {least}", at)
        elif value > most:
            yield problem(f"must be at most {most}", at)

    return rule


def listing(item: Rule, most: int, least: int = 0) -> Rule:
    """An array of `least` to `most` items."""

    def rule(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield problem("must provide an array", at)
            return
        if len(value) < least:
            yield problem(f"no fewer than {least} items allowed", at)
        if len(value) > most:
            yield problem(f"no more than {most} items allowed", at)
        for index, one in enumerate(value):
            yield from item(one, f"{at}/{index}")

    return rule


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with these fields and no others; a rule itself.

    `type` "" is an object without a type field. `also` are rules about the object as a whole,
    asked only where each field is right by itself.
    """

    type: str
    required: Mapping[str, Rule] = field(default_factory=dict)
    optional: Mapping[str, Rule] = field(default_factory=dict)
    also: tuple[Rule, ...] = ()

    def __call__(self, value: Any, at: str) -> Iterator[str]:
        """Each problem of the object."""
        if not isinstance(value, dict):
            yield problem("must provide an object", at)
            return
        if self.type and value.get("type") != self.type:
            yield problem(f"must be of type {self.type}", f"{at}/type")
            return
        problems = [*self._missing(value, at), *self._wrong(value, at)]
        yield from problems
        if not problems:
            for rule in self.also:
                yield from rule(value, at)

    def _missing(self, value: dict[str, Any], at: str) -> Iterator[str]:
        for name in self.required:
            if value.get(name) is None:
                yield problem(f"missing required field: {name}", at)

    def _wrong(self, value: dict[str, Any], at: str) -> Iterator[str]:
        known = {**self.required, **self.optional}
        for name, inner in value.items():
            if name in known:
                missing = inner is None and name in self.required
                yield from () if missing else known[name](inner, f"{at}/{name}")
            elif name != "type" or not self.type:
                yield problem(f"invalid additional property: {name}", at)


def by_type(shapes: Mapping[str, Rule]) -> Rule:
    """An object whose `type` says which shape it must have."""

    def rule(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must provide an object", at)
            return
        kind = value.get("type")
        if kind is None:
            yield problem("missing required field: type", at)
        elif not isinstance(kind, str) or kind not in shapes:
            yield problem(f"unsupported type: {kind}", f"{at}/type")
        else:
            yield from shapes[kind](value, at)

    return rule


def shapes(*known: Shape) -> dict[str, Shape]:
    """Shapes by their type."""
    return {one.type: one for one in known}


def exactly_one(*names: str) -> Rule:
    """An object has one of these fields and not another."""

    def rule(value: Any, at: str) -> Iterator[str]:
        given = [name for name in names if value.get(name) is not None]
        if not given:
            yield problem(f"missing required field: {' or '.join(names)}", at)
        elif len(given) > 1:
            yield problem(f"only one of {', '.join(names)} is allowed", at)

    return rule


def at_least_one(*names: str) -> Rule:
    """An object has at least one of these fields."""

    def rule(value: Any, at: str) -> Iterator[str]:
        if not any(value.get(name) for name in names):
            yield problem(f"missing required field: {' or '.join(names)}", at)

    return rule
