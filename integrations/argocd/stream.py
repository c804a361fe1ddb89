"""Takes Argo CD's streams apart: bytes into lines, lines into results (pure).

Two framings, one JSON object per line: bare (NDJSON), or after `data:` with `:` as keepalive
(server-sent events; argoproj/pkg grpc/http/forwarders.go).
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator

from integrations.argocd.refusals import SERVICE, stream_refusal
from integrations.argocd.wire_json import Json, as_object, child
from integrations.errors import BadAnswer


async def results(chunks: AsyncIterator[bytes]) -> AsyncGenerator[Json | None, None]:
    """The `result` of each frame; None for a keepalive, or an empty line.

    Raises what an `error` frame says. A stream that just ends is nothing unusual.
    """
    async for line in lines(chunks):
        yield result(line)


async def lines(chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    r"""The lines of a body, split at `\n` alone: text may hold any other line separator.

    What follows the last `\n` was cut off, and is dropped.
    """
    rest = bytearray()
    async for chunk in chunks:
        before = len(rest)
        rest += chunk
        start, end = 0, rest.find(b"\n", before)
        while end >= 0:
            yield bytes(rest[start:end])
            start, end = end + 1, rest.find(b"\n", end + 1)
        del rest[:start]


def result(line: bytes) -> Json | None:
    """The `result` of one line, if it is a frame. Raises what an `error` frame says.

    A mask leaves `{}` of an error frame, so a frame without a result is an error too.
    """
    line = line.strip()
    if line.startswith(b"data:"):
        line = line[5:]
    elif not line.startswith(b"{"):
        return None
    try:
        frame = as_object(json.loads(line))
    except ValueError as error:
        raise BadAnswer(SERVICE, "A frame of the stream is not JSON.") from error
    if found := child(frame, "result"):
        return found
    if reason := child(frame, "error"):
        raise stream_refusal(reason)
    raise BadAnswer(SERVICE, "The stream ended with an error that it does not name.")
