"""The audit, an export, a page of evidence and a proof hold with any text, in any number."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.audit.entries import Entry
from bot.audit.evidence import Section
from bot.audit.proof import Proof
from bot.audit.reading import Page
from bot.store import Chain, Fault
from bot.views import audit, evidence, proof
from tests.bot.deployments.histories import T0
from tests.bot.views.hostile import assert_fits, every_text, untrusted

KINDS = st.sampled_from(["RequestAnswered", "DeploymentRequested", "Approved", "FreezeBegun"])
SUBJECTS = st.sampled_from(["slack:U0DANA", "ci:link/app", "schedule", ""]) | untrusted.map(
    "ci:{}".format
)
OUTCOMES = st.sampled_from(["ok", "refused", "bug", "usage", "Succeeded", "Timed out", "", "new"])


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    kind = draw(KINDS)
    texts = [draw(untrusted) for _ in range(6)]
    return Entry(
        position=draw(st.integers(1, 10**9)), at=T0, kind=kind, who=draw(SUBJECTS), name=texts[0],
        login=texts[1], door=draw(st.sampled_from(["slack", "api", ""])),
        environments=tuple(draw(st.lists(untrusted, max_size=5))), what=texts[2], why=texts[3],
        outcome=draw(OUTCOMES), message=texts[4], deployment=texts[5], is_look=draw(st.booleans()),
    )  # fmt: skip


@given(st.lists(entries(), max_size=4), st.booleans(), untrusted)
def test_the_audit(found: list[Entry], has_more: bool, about: str) -> None:  # noqa: FBT001
    shown = audit.audit(Page(tuple(found), has_more), f" of {about}", f"/shipmate audit {about}")
    assert_fits(shown)


@given(st.lists(untrusted, min_size=1, max_size=13), st.integers(13, 10**6))
def test_the_beginning_of_an_export(lines: list[str], total: int) -> None:
    assert_fits(audit.exported(lines, total, "shipmate audit export", heading=False))


@given(st.lists(st.tuples(untrusted, st.lists(untrusted, max_size=8)), max_size=4))
def test_a_page_of_evidence(parts: list[tuple[str, list[str]]]) -> None:
    sections = [Section(title, tuple(lines)) for title, lines in parts]
    assert_fits(evidence.page("d4k2m9q", sections))


@given(st.lists(untrusted, max_size=30), st.lists(untrusted, max_size=3))
def test_a_proof(whys: list[str], unheard: list[str]) -> None:
    faults = tuple(Fault(n + 1, why) for n, why in enumerate(whys))
    chain = Chain(len(whys), "a" * 64, faults)
    assert_fits(proof.proof(Proof(chain, faults, {"Git": 3}, tuple(unheard))))


def test_a_long_audit_of_long_words_fits() -> None:
    one = Entry(
        1, T0, "RequestAnswered", "slack:U0DANA", "d", "l", "api", ("e" * 99,), what="w" * 5000,
        why="y" * 5000, outcome="refused", message="m" * 5000, deployment="d" * 5000,
    )  # fmt: skip
    assert_fits(audit.audit(Page((one,) * 50, has_more=True), "", "/shipmate audit"))


def test_each_kind_of_line_has_its_icon_and_its_words() -> None:
    def line(kind: str, outcome: str, **more: str) -> Entry:
        about: dict[str, Any] = {"what": "deploy staging", "message": "Because.", **more}
        return Entry(
            1, T0, kind, "slack:U0DANA", "dana", "", "api", ("dev",), outcome=outcome, **about
        )

    found = (
        line("RequestAnswered", "refused"),
        line("DeploymentRequested", "Succeeded"),
        line("DeploymentRequested", ""),
        line("Approved", "", why="looks good"),
    )
    text = every_text(audit.audit(Page(found), "", "/shipmate audit --all"))
    for part in (
        "⛔ *<@U0DANA>* by api",
        "Refused: Because.",
        "✅ *<@U0DANA>*",
        "Succeeded. Because.",
        "🔄 *<@U0DANA>*",
        "Not over yet.",
        "✍️ *<@U0DANA>*",
        "“looks good”",
    ):
        assert part in text
