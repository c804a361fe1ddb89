"""The seal is what chain.py says it is, for text of every kind: others recompute it."""

from __future__ import annotations

import json
from hashlib import sha256

from hypothesis import example, given
from hypothesis import strategies as st

from bot.store.chain import GENESIS, seal

TEXT = st.text(st.characters(codec="utf-8"))


@given(TEXT, TEXT)
@example("für 👋\u2028", "")
@example("", "a\x7f\x1f\\\"/\b\t\n<>&'")
def test_a_seal_is_the_hash_of_compact_json_and_the_data_as_stored(stream: str, data: str) -> None:
    at = "2026-11-23T12:00:00"
    columns = (7, stream, 1, at, "Odd", data, "slack:U1", "slack", GENESIS)
    others = (GENESIS, 7, stream, 1, at, "Odd", "slack:U1", "slack")
    written = json.dumps(others, separators=(",", ":"), ensure_ascii=False) + data
    assert seal(columns) == sha256(written.encode()).hexdigest()
