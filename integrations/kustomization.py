"""Reading and changing the image tags of a kustomization file, character by character (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from integrations.errors import Rejected

# https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")

# What YAML 1.1, YAML 1.2 or kustomize's go-yaml reads as something else than a string.
_NOT_A_STRING = re.compile(
    r"""y|n|yes|no|on|off|true|false|null            # booleans and null
    | [0-9][0-9_]*(\.[0-9_]*)?(e[-+]?[0-9_]+)?       # 20261123, 1.10, 1e5, 0777
    | 0x[0-9a-f_]+ | 0o[0-7_]+ | 0b[01_]+            # 0x1
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(t.*)?           # 2026-11-23
    """,
    re.VERBOSE | re.IGNORECASE,
)


class NotEditable(Rejected):
    """The file in Git has a shape in which changing a tag would be a guess; nothing was changed.

    The summary names the file, the line and what was found.
    """

    def __init__(self, path: str, node: Node | None, found: str) -> None:
        place = path if node is None else f"{path} line {node.start_mark.line + 1}"
        super().__init__("Git", f"{place}: {found}")


@dataclass(frozen=True)
class ImageLine:
    """One entry of `images:`; `line` counts from 1, tag and digest are "" where absent."""

    name: str
    new_tag: str
    digest: str = ""
    new_name: str = ""
    line: int = 0


@dataclass(frozen=True)
class _Change:
    """`text[start:end]` becomes `value`."""

    start: int
    end: int
    value: str = ""


def images(text: str, path: str = "kustomization.yaml") -> dict[str, ImageLine]:
    """Every entry of `images:` by its name, with tags exactly as they are written.

    Raises NotEditable where the file is no kustomization or names an image twice.
    """
    return {line.name: line for line in _image_lines(text, path)}


def set_tags(
    text: str,
    tags: Mapping[str, str],
    digests: Mapping[str, str] | None = None,
    path: str = "kustomization.yaml",
) -> str:
    """`text` with new tags (and digests, where given), by image name.

    Only the characters of those scalars change; a plain scalar is put in double quotes where YAML
    would not read the new tag as a string. An entry that had no digest gets one line more below
    its tag, and the digest "" takes that line away again. An entry with a digest needs a word
    about it, because kustomize pulls by digest and a new tag alone would change nothing or fail.
    Raises NotEditable.
    """
    entries = _entries(text, path, to_change=True)
    changes: list[_Change] = []
    for name, tag in tags.items():
        if name not in entries:
            raise NotEditable(path, None, f"no image {name!r} under images.")
        digest = (digests or {}).get(name)
        changes += _changes(text, path, (name, entries[name]), tag, digest)
    for change in sorted(changes, key=lambda change: (-change.start, -change.end)):
        text = f"{text[: change.start]}{change.value}{text[change.end :]}"
    _check_written(text, path, tags, digests or {})
    return text


@lru_cache(maxsize=64)  # the same few files are read again and again while a deployment runs
def _image_lines(text: str, path: str) -> tuple[ImageLine, ...]:
    return tuple(_image_line(name, entry) for name, entry in _entries(text, path).items())


def _image_line(name: str, entry: MappingNode) -> ImageLine:
    found = {key.value: value.value for key, value in entry.value if isinstance(value, ScalarNode)}
    return ImageLine(
        name=name,
        new_tag=found.get("newTag", ""),
        digest=found.get("digest", ""),
        new_name=found.get("newName", ""),
        line=entry.start_mark.line + 1,
    )


def _changes(
    text: str, path: str, named: tuple[str, MappingNode], tag: str, digest: str | None
) -> Iterator[_Change]:
    """What must change in one entry; nothing where it already says so."""
    name, entry = named
    if not _TAG.fullmatch(tag):
        raise NotEditable(path, None, f"{tag!r} cannot be an image tag.")
    if digest and not _DIGEST.fullmatch(digest):
        raise NotEditable(path, None, f"{digest!r} cannot be an image digest.")
    old_tag, old_digest = _child(entry, "newTag"), _child(entry, "digest")
    if old_tag is None:
        raise NotEditable(path, entry, f"the image {name} has no newTag to change.")
    if old_tag.value != tag:
        if old_digest is not None and digest is None:
            reason = f"the image {name} is pinned to a digest, which a new tag would not change."
            raise NotEditable(path, old_digest, reason)
        yield _replaced(_scalar(path, entry, old_tag), tag)
    if digest and old_digest is None:
        yield _inserted(text, entry, _scalar(path, entry, old_tag), digest)
    elif digest and old_digest is not None and old_digest.value != digest:
        yield _replaced(_scalar(path, entry, old_digest), digest)
    elif digest == "" and old_digest is not None:
        yield _removed(text, path, entry, _scalar(path, entry, old_digest))


def _check_written(
    text: str, path: str, tags: Mapping[str, str], digests: Mapping[str, str]
) -> None:
    """Read again what was written: lines can end in more ways than we write them."""
    found = images(text, path)
    for name, tag in tags.items():
        line = found.get(name)
        digest = digests.get(name, line.digest if line else "")
        if line is None or (line.new_tag, line.digest) != (tag, digest):
            raise NotEditable(path, None, f"the entry of {name} is written in an unusual way.")


def _replaced(scalar: ScalarNode, value: str) -> _Change:
    start, end = scalar.start_mark.index, scalar.end_mark.index
    if scalar.style in ("'", '"'):
        return _Change(start + 1, end - 1, value)
    return _Change(start, end, f'"{value}"' if _NOT_A_STRING.fullmatch(value) else value)


def _inserted(text: str, entry: MappingNode, tag: ScalarNode, digest: str) -> _Change:
    """A digest behind the tag: on a line of its own, indented as the tag's key is."""
    at = tag.end_mark.index
    if entry.flow_style:
        return _Change(at, at, f", digest: {digest}")
    key = next(key for key, value in entry.value if value is tag)
    line = f"{' ' * key.start_mark.column}digest: {digest}"
    newline = "\r\n" if "\r\n" in text else "\n"
    end = text.find("\n", at) + 1
    if not end:  # the file ends here, without a line end
        return _Change(len(text), len(text), f"{newline}{line}")
    return _Change(end, end, f"{line}{newline}")


def _removed(text: str, path: str, entry: MappingNode, digest: ScalarNode) -> _Change:
    """The digest goes with its whole line, or with its comma; the rest stays as it is."""
    pairs = entry.value
    place = next(number for number, (_, value) in enumerate(pairs) if value is digest)
    start, end = pairs[place][0].start_mark.index, digest.end_mark.index
    if place == 0:  # behind "- " or "{": the next key moves up
        change = _Change(start, pairs[1][0].start_mark.index)
    elif entry.flow_style:
        change = _Change(pairs[place - 1][1].end_mark.index, end)
    else:
        begin, newline = text.rfind("\n", 0, start) + 1, text.find("\n", end)
        if newline < 0:  # the line end before it goes, as there is none behind it
            return _Change(len(text[: begin - 1].removesuffix("\r")), len(text))
        return _Change(begin, newline + 1)
    if "#" in text[change.start : change.end]:
        raise NotEditable(path, digest, "a remark stands between the digest and what follows.")
    return change


def _scalar(path: str, entry: Node, node: Node) -> ScalarNode:
    """`node`, if replacing its characters changes this value and no other."""
    if entry.anchor or node.anchor:
        raise NotEditable(path, node, "a YAML anchor or alias shares this value with others.")
    if not isinstance(node, ScalarNode):
        raise NotEditable(path, node, "a single value was expected here.")
    if node.style in ("|", ">"):
        raise NotEditable(path, node, "the value is a block of text; write it on one line.")
    if node.start_mark.index == node.end_mark.index:
        raise NotEditable(path, node, "the value is empty.")
    text = node.start_mark.buffer[node.start_mark.pointer : node.end_mark.pointer]
    if text.startswith("!"):
        raise NotEditable(path, node, "the value carries an explicit YAML tag; write it plainly.")
    return node


def _entries(text: str, path: str, *, to_change: bool = False) -> dict[str, MappingNode]:
    root = _compose(text, path)
    if not isinstance(root, MappingNode):
        raise NotEditable(path, root, "a mapping with an images list was expected.")
    _check_keys(path, root)
    listed = _child(root, "images")
    if not isinstance(listed, SequenceNode):
        raise NotEditable(path, listed or root, "an images list was expected.")
    if to_change and listed.anchor:
        raise NotEditable(path, listed, "a YAML anchor or alias shares this list with others.")
    entries: dict[str, MappingNode] = {}
    for entry in listed.value:
        name = _child(entry, "name") if isinstance(entry, MappingNode) else None
        if not isinstance(name, ScalarNode):
            raise NotEditable(path, entry, "an image with a name was expected.")
        _check_keys(path, entry)
        if name.value in entries:
            raise NotEditable(path, entry, f"the image {name.value} is listed twice.")
        entries[name.value] = entry
    return entries


def _check_keys(path: str, mapping: MappingNode) -> None:
    """Refuse keys that stand twice, and merges: which value holds is then the reader's choice."""
    seen: set[str] = set()
    for key, _ in mapping.value:
        word = str(key.value)
        if word == "<<":
            raise NotEditable(path, key, "a YAML merge (<<) hides which value holds.")
        if word in seen:
            raise NotEditable(path, key, f"{word} stands twice.")
        seen.add(word)


def _child(mapping: MappingNode, key: str) -> Node | None:
    return next((value for word, value in mapping.value if word.value == key), None)


@lru_cache(maxsize=16)  # what was read to plan a change is read again to make it
def _compose(text: str, path: str) -> Node | None:
    """The tree of nodes, whose marks are indexes into `text`; nobody changes it."""
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise NotEditable(path, None, f"line {line} is not YAML: {error.problem}.") from error
    except (YAMLError, RecursionError) as error:
        raise NotEditable(path, None, "this is not one YAML document.") from error
    return node
