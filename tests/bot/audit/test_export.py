"""An export is read by programs: whole, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.entries import entry
from bot.audit.export import COLUMNS, as_csv, jsonl
from bot.store import Recorded
from tests.bot.deployments.histories import T0

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def event(reason: str, position: int = 7) -> Recorded:
    data = {"actor": {"id": "U1", "name": reason}, "environment": "dev", "reason": reason}
    return Recorded(
        position, "deployment/d1", 1, T0, "DeploymentRequested", data, "slack:U1", "slack", "a", "b"
    )  # fmt: skip


@pytest.mark.parametrize(
    "formula",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "=cmd|' /C calc'!A0",
        " =1",
        "\uff1d1+1",
        "\n=1",
    ],
)
def test_no_cell_is_a_formula(formula: str) -> None:
    told = event(formula)
    (row,) = read("\n".join(as_csv([(told, entry(told))])))[1:]
    cells = dict(zip(COLUMNS, row, strict=True))
    assert cells["why"] == f"'{formula}"
    assert cells["name"] == f"'{formula}"
    assert cells["position"] == "7"


@given(TEXT)
def test_every_cell_comes_back_as_it_was(reason: str) -> None:
    told = event(reason)
    (row,) = read("\n".join(as_csv([(told, entry(told))])))[1:]
    assert row[COLUMNS.index("why")].removeprefix("'") == reason.removeprefix("'")


def test_the_chain_can_be_checked_from_the_lines_alone() -> None:
    told = event("“why”")
    (line,) = jsonl([(told, entry(told))])
    whole = json.loads(line)
    assert whole["data"] == told.data
    assert (whole["what"], whole["environments"]) == ("deploy dev", ["dev"])
    compact = json.dumps(whole["data"], separators=(",", ":"))
    assert sha256(compact.encode()).hexdigest()  # the very text that is sealed
    assert "\n" not in line
