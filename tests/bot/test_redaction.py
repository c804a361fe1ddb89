"""No credential survives redaction, and nothing else is lost by it."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.redaction import (
    _CREDENTIAL,
    REDACTED,
    may_hold_credentials,
    redacted,
    redacted_texts,
    redacted_value,
)

LETTERS = string.ascii_letters + string.digits
BODY = st.text(LETTERS, min_size=24, max_size=60)
AROUND = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)

CREDENTIALS = st.one_of(
    BODY.map("xoxb-12345-{}".format),
    BODY.map("xoxe.xoxp-1-{}".format),
    BODY.map("xapp-1-A0SHIPMATE-{}".format),
    BODY.map("ghp_{}".format),
    BODY.map("ghs_{}".format),
    BODY.map("github_pat_11AAA_{}".format),
    BODY.map("shipmate_{}".format),
    st.tuples(BODY, BODY, BODY).map("eyJ{0[0]}.{0[1]}.{0[2]}".format),
    BODY.map("https://hooks.slack.com/commands/T1/22/{}".format),
    BODY.map("https://hooks.slack.com/services/T1/B2/{}".format),
    st.text("0123456789abcdef", min_size=32, max_size=32).map("1234567890.9876543210.{}".format),
)


@given(AROUND, CREDENTIALS, AROUND)
def test_a_credential_goes_whatever_stands_around_it(
    before: str, credential: str, after: str
) -> None:
    shown = redacted(f"{before} {credential} {after}")
    assert credential not in shown
    assert REDACTED in shown


@given(BODY, BODY)
def test_what_is_called_a_credential_goes(name: str, secret: str) -> None:
    for text in (
        f"Authorization: Bearer {secret}",
        f"authorization=Basic {secret}",
        f"bearer {secret}",
        f"GET https://{name}:{secret}@git.example.com/repo.git failed",
        f"GET https://{secret}@git.example.com/repo.git failed",
        f'{{"token": "{secret}"}}',
        f"ARGOCD_PASSWORD={secret}",
        f"?api_key={secret}&page=2",
        f"response_url={secret}",
    ):
        assert secret not in redacted(text), text


@given(st.text(st.characters(categories=["L", "N", "Zs"])))
@example("sha-0a1b2c3 by shipmate <shipmate@localhost> in ssh://git@github.com/link/gitops")
@example("v20261123-0a1b2c3d on link-app-staging is Synced and Healthy after 12.5 s")
@example("ghcr.io/link/user-svc@sha256:0123456789abcdef0123456789abcdef")
@example("The bearer authentication failed; basic verification is on; secret “db” not found")
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert redacted(text) == text


@given(AROUND, CREDENTIALS)
def test_redacting_twice_changes_nothing(before: str, credential: str) -> None:
    once = redacted(f"{before} {credential}")
    assert redacted(once) == once


@given(
    st.recursive(
        CREDENTIALS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(BODY, inner, max_size=3),
        max_leaves=6,
    )
)
def test_nothing_deep_inside_a_value_survives(value: object) -> None:
    shown = repr(redacted_value({"event": value}))
    assert "ghp_" not in shown
    assert "xoxb-" not in shown
    assert "hooks.slack.com" not in shown


@pytest.mark.parametrize(
    "name", ["token", "SLACK_SIGNING_SECRET", "response_url", "trigger_id", "X-Slack-Signature"]
)
def test_what_stands_under_a_secret_name_goes_whole(name: str) -> None:
    assert redacted_value({name: "anything"}) == {name: REDACTED}


def test_an_object_of_our_own_is_shown_without_its_credentials() -> None:
    error = ValueError("xoxb-1-abcdefghijkl refused")
    assert redacted_value({"error": error}) == {"error": f"ValueError('{REDACTED} refused')"}


def test_a_private_key_goes_even_when_it_is_cut_off() -> None:
    shown = redacted("key: -----BEGIN RSA PRIVATE KEY-----\nMIIEabc\nMIIEdef")
    assert "MIIE" not in shown


def test_a_huge_line_is_no_trap() -> None:
    text = "token" * 20_000 + "a://" * 20_000 + "eyJ" * 20_000
    assert len(redacted(text)) > 0


@given(AROUND, CREDENTIALS, AROUND)
def test_the_cheap_look_misses_nothing_that_a_pattern_finds(
    before: str, credential: str, after: str
) -> None:
    for text in (f"{before}{credential}{after}", f"{before}--token {credential}", before):
        if _CREDENTIAL.search(text):
            assert may_hold_credentials(text)
            assert may_hold_credentials(json.dumps({"reason": text}))


@pytest.mark.parametrize("name", ["token", "--password", "--api-key", "--slack-token"])
def test_what_an_option_calls_a_credential_goes(name: str) -> None:
    line = f"deploy staging --{name.removeprefix('--')} hunter2 --dry-run"
    assert redacted(line) == line.replace("hunter2", REDACTED)


def test_texts_are_cleaned_wherever_they_stand_and_names_decide_nothing() -> None:
    tags = {"token": "sha-abc1234", "user-svc": "xoxb-1-2", "ghp_0123": 1}
    clean = redacted_texts({"tags": tags, "notes": ["password=hunter2", None, 3.5]})
    assert clean == {
        "tags": {"token": "sha-abc1234", "user-svc": REDACTED, REDACTED: 1},
        "notes": [f"password={REDACTED}", None, 3.5],
    }
