"""Reads the catalog file, and says file, line and field of everything that is wrong in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from bot.catalog import check
from bot.catalog.check import Problem
from bot.catalog.model import Catalog
from bot.errors import SettingsError


class CatalogError(SettingsError):
    """The catalog is wrong; the message has one line per mistake: file:line: field: expected."""


def load(path: Path | str) -> Catalog:
    """The catalog of a file. Blocks while it reads: for the start, not for the loop."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise CatalogError(
            f"{path}: cannot be read ({error.strerror}): SHIPMATE_CATALOG names it."
        ) from error
    except UnicodeDecodeError as error:
        raise CatalogError(f"{path}: is not UTF-8 text.") from error
    return parse(text, str(path))


def parse(text: str, name: str = "catalog.yaml") -> Catalog:
    """The catalog of YAML (or JSON) text; `name` stands for the file in messages."""
    try:
        return _parsed(text)
    except _Mistakes as mistakes:
        lines = [f"{name}{each}" for each in mistakes.lines]
        raise CatalogError("\n".join(lines)) from mistakes.__cause__


class _Mistakes(Exception):
    """What is wrong in a catalog: a line each, from behind the file's name."""

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines = lines


@lru_cache(maxsize=16)
def _parsed(text: str) -> Catalog:
    try:
        document = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line = f":{mark.line + 1}" if mark else ""
        raise _Mistakes(f"{line}: {error.problem or 'not YAML'}.") from error
    except (YAMLError, ValueError) as error:
        raise _Mistakes(": is not YAML text.") from error
    except RecursionError as error:
        raise _Mistakes(": is nested too deeply.") from error
    try:
        catalog = Catalog.model_validate(document)
    except ValidationError as error:
        raise _wrong(text, map(_problem, _own(error.errors()))) from None
    found = list(check.problems(catalog))
    if found:
        raise _wrong(text, found)
    return catalog


def _own(errors: Sequence[Any]) -> Iterator[Any]:
    """All but those that follow from another: a list whose only entry is wrong is not empty."""
    for each in errors:
        within = (other["loc"][: len(each["loc"])] == each["loc"] for other in errors)
        if each["type"] != "too_short" or sum(within) == 1:
            yield each


def _problem(error: Any) -> Problem:
    expected = {
        "extra_forbidden": "a key that exists; this one is unknown",
        "missing": "a value; it is missing",
        "model_type": "a mapping of keys to values",
        "string_too_short": "some text",
        "too_short": "at least one entry",
    }.get(error["type"])
    if error["type"] == "string_pattern_mismatch":
        expected = f"text of the form {error['ctx']['pattern']}"
    if expected is None:
        message = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
        message = message.partition(", unable to parse")[0]
        expected = message[:1].lower() + message[1:]
        if expected.startswith(("greater", "less")):
            expected = f"a number {expected}"
    given = error.get("input")
    shown = f", found {given!r:.60}" if isinstance(given, (str, int, float)) else ""
    if error["type"] == "extra_forbidden":
        shown = ""
    return Problem(tuple(error["loc"]), f"expected {expected}{shown}")


def _wrong(text: str, found: Iterable[Problem]) -> _Mistakes:
    root = YAML(typ="safe", pure=True).compose(text)
    return _Mistakes(
        *(f":{_line(root, each.path)}: {_field(each.path)}: {each.expected}." for each in found)
    )


def _field(path: check.Path) -> str:
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return words.removeprefix(".") or "the whole file"


def _line(root: Node | None, path: check.Path) -> int:
    """The line of the deepest part of `path` that the file has, from 1."""
    node, line = root, 1
    for part in path:
        match node:
            case MappingNode():
                pairs = {key.value: (key, value) for key, value in node.value}
                if part not in pairs:
                    return line
                key, node = pairs[part]
                line = key.start_mark.line + 1
            case SequenceNode() if isinstance(part, int) and part < len(node.value):
                node = node.value[part]
                line = node.start_mark.line + 1
            case _:
                return line
    return line
