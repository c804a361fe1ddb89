"""What a person is told when something cannot be done."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotAllowed, NotKnown, UsageError
from bot.views import plain, refusals
from bot.views.message import Message
from integrations.errors import BadAnswer, RateLimited, Unauthorized, Unreachable


def shown(message: Message) -> list[str]:
    return plain.lines(message)


def test_a_usage_error_says_the_mistake_the_nearest_word_and_the_usage() -> None:
    error = NotKnown("There is no environment “stagign”.", near=("staging",))
    message = refusals.refused(error, usage="/deploy <environment> [tag]")
    assert shown(message) == [
        "There is no environment “stagign”.",
        "Did you mean staging?",
        "Usage: /deploy <environment> [tag]",
    ]
    assert message.text.startswith("There is no environment “stagign”.")


def test_a_refusal_of_permission_shows_no_usage() -> None:
    error = NotAllowed("This needs “deploy”.", hint="It is held by @developers.")
    assert shown(refusals.refused(error, usage="/deploy x")) == [
        "This needs “deploy”.",
        "It is held by @developers.",
    ]


def test_an_errors_own_usage_comes_first() -> None:
    error = UsageError("Too many words.")
    error.usage = "/sync <application>"
    assert "Usage: /sync <application>" in shown(refusals.refused(error, usage="/deploy"))[1]


def test_a_failure_outside_says_which_system_and_whether_anything_changed() -> None:
    assert shown(refusals.upstream_failed(Unreachable("Argo CD", "it did not answer."))) == [
        "Argo CD: it did not answer.",
        "Nothing was changed.",
        "Ask again in a moment.",
    ]
    assert shown(refusals.upstream_failed(Unauthorized("Argo CD", "permission denied")))[0] == (
        "Argo CD: permission denied."
    )
    unknown = refusals.upstream_failed(BadAnswer("Argo CD", "cut off.", changed="unknown"))
    assert "It is not known whether anything changed" in shown(unknown)[1]
    limited = refusals.upstream_failed(RateLimited("GitHub", "too many.", retry_after=12.4))
    assert "It asks to wait 12 seconds." in shown(limited)[2]
    denied = refusals.upstream_failed(Unauthorized("Argo CD", "not accepted."))
    assert "/shipmate doctor" in shown(denied)[2]


def test_a_bug_shows_a_reference_and_nothing_else() -> None:
    assert "1a2b3c" in refusals.bug("1a2b3c").text


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_no_word_of_a_request_reaches_slack_as_markup(
    message: str, hint: str, near: list[str]
) -> None:
    made = refusals.refused(NotKnown(message, hint=hint, near=tuple(near)), usage="/x <y>")
    assert "<" not in made.text
    assert len(made.text) < 5000 + sum(map(len, near)) * 5


@given(st.text(max_size=200))
def test_plain_text_shows_what_was_escaped(text: str) -> None:
    line = " ".join(
        text.replace("`", "").replace("*", "").replace("_", "").replace("~", "").split()
    )
    error = UsageError(line)
    assert " ".join(refusals.plain_text(error).split()) == line
