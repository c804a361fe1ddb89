"""Messages as plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog import load
from bot.declared import declared
from bot.views.blocks import context, divider, escape, header, link, section
from bot.views.message import Message
from bot.views.plain import for_shell, lines, plain


def test_markup_becomes_words() -> None:
    said = (
        "*Succeeded* in `staging`: <https://argocd.example/app|link-app-staging>, "
        "<@U0DANA|dana>, <!subteam^S0DEV|@developers>, <!date^1795424700^{time}|2026-11-23 09:05 UTC>"
        " a &lt;b&gt; &amp;amp; c_d_e"
    )
    assert plain(said) == (
        "Succeeded in staging: link-app-staging (https://argocd.example/app), "
        "@dana, @developers, 2026-11-23 09:05 UTC a <b> &amp; c_d_e"
    )


def test_an_address_that_is_its_own_label_is_said_once() -> None:
    assert (
        plain(link("https://argocd.example", "https://argocd.example")) == "https://argocd.example"
    )
    assert plain("<https://argocd.example>") == "https://argocd.example"


def test_a_shell_gets_its_own_commands_and_peoples_names() -> None:
    said = (
        "Asked for by @U0DANA: `/deploy staging`, /shipmate deployments, /shipmate login, a/sync/b"
    )
    assert for_shell(plain(said), {"U0DANA": "dana"}) == (
        "Asked for by @dana: shipmate deploy staging, shipmate deployments, /shipmate login, a/sync/b"
    )


LINK = load("catalog.yaml")
SLASHES = [command.name for command in declared(["commands"]) if command.slash]


@pytest.mark.parametrize("name", [*LINK.slash_commands, *SLASHES])
def test_a_command_with_a_slash_of_its_own_has_none_in_a_shell(name: str) -> None:
    assert for_shell(f"Usage: /{name} <environment>") == f"Usage: shipmate {name} <environment>"


def test_blocks_become_lines_in_their_order() -> None:
    message = Message(
        "short",
        [header("Title"), section("one\ntwo", fields=["a", "b"]), divider(), context("x", "y")],
    )
    assert lines(message) == ["Title", "one", "two", "a", "b", "", "x", "y"]


def test_a_message_without_blocks_is_its_text() -> None:
    assert lines(Message("one\ntwo")) == ["one", "two"]


def test_rich_text_and_tables_are_read_too() -> None:
    cell = {"type": "raw_text", "text": "dev"}
    rich = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [{"type": "text", "text": "hello "}, {"type": "text", "text": "you"}],
            }
        ],
    }
    table = {"type": "table", "rows": [[cell, rich], [cell, cell]]}
    assert lines(Message("x", [rich, table])) == ["hello you", "dev  hello you", "dev  dev"]


@given(st.text(st.characters(codec="utf-8", exclude_characters="`*_~\r\x0b\x0c\x1c\x1d\x1e\x85")))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert plain(escape(text)) == text
