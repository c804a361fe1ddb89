"""What is recorded is never forgotten, so no credential gets that far."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.redaction import REDACTED
from bot.store import NewEvent, Store
from tests.bot.store.planted import PLANTED


@pytest.mark.parametrize("secret", PLANTED)
async def test_a_credential_in_any_field_stays_out_of_the_file(
    store: Store, database: Path, secret: str
) -> None:
    data = {"reason": f"because {secret}", "names": [secret], secret: {"deep": f"({secret})"}}
    placed = await store.append("deployment/1", 0, [NewEvent("Step", data, actor=f"ci:{secret}")])

    await store.backup(database.with_name("copy.db"))
    for file in database.parent.iterdir():
        assert secret.encode() not in file.read_bytes(), file
    assert REDACTED in str(placed[0].data["reason"])
    assert placed == tuple(await store.read("deployment/1"))
    assert (await store.verify()).is_whole


async def test_a_credential_for_a_name_stays_out_too(store: Store) -> None:
    name = "ci:xoxb-12345-abcdef"
    placed = await store.append("deployment/1", 0, [NewEvent("Step", {"n": 1}, actor=name)])

    assert placed[0].actor == f"ci:{REDACTED}"
    assert (await store.read("deployment/1"))[0].actor == f"ci:{REDACTED}"


async def test_everything_else_is_kept_as_it_is(store: Store) -> None:
    data = {"tags": {"token": "sha-abc1234"}, "n": 1.5, "yes": True, "no": None, "who": "„Zoë“"}
    event = NewEvent("Step", data, actor="slack:U1")
    placed = await store.append("deployment/1", 0, [event])
    assert placed[0].data == data
