"""The forms an image tag may have (pure)."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import assert_never

_SHA = re.compile(r"sha-[0-9a-f]{7,40}")
_DATED = re.compile(r"v(\d{4})(\.?)(\d{2})\2(\d{2})-[0-9a-f]{7,40}", re.ASCII)
_VERSION = re.compile(r"v(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})", re.ASCII)
_HEX_END = re.compile(r"(?:^|-)([0-9a-f]{7,40})$")


class TagFormat(StrEnum):
    """One form of tag, by the name the catalog uses for it."""

    SHA = "sha"
    LATEST = "latest"
    DATED = "dated"
    VERSION = "version"

    @property
    def words(self) -> str:
        """The form in words, as a usage error says it."""
        match self:
            case TagFormat.SHA:
                return "sha-<7 to 40 hex digits>"
            case TagFormat.LATEST:
                return "latest"
            case TagFormat.DATED:
                return "v<YYYYMMDD or YYYY.MM.DD>-<7 to 40 hex digits>"
            case TagFormat.VERSION:
                return "v<major>.<minor>.<patch>"
            case _:
                assert_never(self)

    def accepts(self, tag: str) -> bool:
        """Whether the tag has this form. Hex digits are lower case, dates are real ones."""
        match self:
            case TagFormat.SHA:
                return _SHA.fullmatch(tag) is not None
            case TagFormat.LATEST:
                return tag == "latest"
            case TagFormat.DATED:
                return _is_dated(tag)
            case TagFormat.VERSION:
                return _VERSION.fullmatch(tag) is not None
            case _:
                assert_never(self)


def sha_of(tag: str) -> str:
    """The commit that a tag names at its end, or ""."""
    found = _HEX_END.search(tag)
    return found.group(1) if found else ""


def _is_dated(tag: str) -> bool:
    match = _DATED.fullmatch(tag)
    if match is None:
        return False
    try:
        date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return False
    return True
