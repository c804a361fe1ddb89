"""One answer of a registry, read to the end and never further than it may be long."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import httpx

from integrations.errors import BadAnswer
from integrations.registry.errors import SERVICE

_LIMIT = 4 * 1024 * 1024
"""Bytes; registries take no longer manifests either."""
_CODE = re.compile(r"[A-Z][A-Z_]{1,60}")


@dataclass(frozen=True)
class Answer:
    """What came back. `content` is unpacked, and b"" for HEAD."""

    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters."""
        kind: str = self.headers.get("Content-Type", "")
        return kind.partition(";")[0].strip().lower()

    @property
    def errors(self) -> tuple[tuple[str, str], ...]:
        """The (code, message) pairs in which registries say what is wrong; () in any other case.

        https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#error-codes
        """
        try:
            listed: Any = json.loads(self.content)["errors"]
            rows = [(str(row["code"]), str(row.get("message") or "")) for row in listed]
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return ()
        return tuple((code, _short(said)) for code, said in rows if _CODE.fullmatch(code))


async def received(response: httpx.Response) -> Answer:
    """The whole of a streamed response. Raises BadAnswer beyond 4 MiB."""
    parts = bytearray()
    async for part in response.aiter_bytes():
        parts += part
        if len(parts) > _LIMIT:
            raise BadAnswer(SERVICE, "its answer is longer than any manifest.")
    return Answer(response.status_code, response.headers, bytes(parts))


def _short(message: str) -> str:
    return " ".join(message.split())[:200]
