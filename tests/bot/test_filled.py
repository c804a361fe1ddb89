"""A submitted form, read back as the line that it stands for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.filled import Filled
from bot.grammar import read
from commands.deploy import DEPLOY
from commands.rollback import ROLLBACK


def test_what_is_empty_is_left_out_and_a_choice_of_several_is_all_of_them() -> None:
    filled = Filled({"environment": "staging", "tag": "", "services": ["user-svc", "chat-svc"]})
    assert filled.words("environment", "tag", "services", "more") == "staging user-svc chat-svc"
    assert filled.options("reason", "tag") == ""
    assert (filled.text("services"), filled.texts("tag"), filled.has("services")) == ("", (), True)


@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=10), max_size=3))
def test_every_text_is_read_back_as_it_was_filled_in(reason: str, services: list[str]) -> None:
    assert DEPLOY.form is not None
    given = {"environment": "dev", "services": services, "reason": reason, "dry_run": ["yes"]}
    words = read(DEPLOY.form.words(Filled(given)), DEPLOY.options)
    assert words.positional == ("dev", *services)
    assert (words.value("reason"), words.flag("dry-run")) == (reason, True)


def test_a_later_form_carries_the_line_of_the_first_with_it() -> None:
    assert ROLLBACK.form is not None
    first = {"environment": "staging", "reason": "It leaks"}
    assert ROLLBACK.form.words(Filled(first)) == 'staging --reason "It leaks"'
    later = {"line": "staging --reason x", "target": "d4k2m9q", "confirm": "staging"}
    assert ROLLBACK.form.words(Filled(later)) == "staging --reason x d4k2m9q --confirm staging"
