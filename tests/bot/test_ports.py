"""A port that is taken is told at the start, with what to do."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import Bot
from bot.cli import main
from bot.errors import SettingsError
from bot.needs import load
from bot.ports import expect_free
from bot.sandbox import demo

HERE = "127.0.0.1"


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server((HERE, 0)) as other:
        yield int(other.getsockname()[1])


def test_a_free_port_and_any_port_are_fine() -> None:
    expect_free(HERE, 0, remedy="")
    expect_free("localhost", 0, remedy="")
    with socket.create_server((HERE, 0)) as other:
        was_taken = int(other.getsockname()[1])
    expect_free(HERE, was_taken, remedy="")


def test_an_address_of_others_is_named() -> None:
    why = r"192.0.2.1:0: this machine has no such address\. Look again\."
    with pytest.raises(SettingsError, match=why):
        expect_free("192.0.2.1", 0, remedy="Look again.")


async def test_a_bot_whose_port_is_taken_does_not_start(tmp_path: Path, taken: int) -> None:
    settings = load(
        variables={
            "SHIPMATE_HOST": HERE,
            "SHIPMATE_PORT": str(taken),
            "SHIPMATE_DATABASE": str(tmp_path / "shipmate.db"),
        }
    )
    with pytest.raises(SettingsError, match=r"another program listens there.*SHIPMATE_PORT"):
        await Bot(settings).run()


async def test_a_demo_that_was_given_a_taken_port_says_how_to_have_another(taken: int) -> None:
    why = rf"Cannot listen at {HERE}:{taken}: another program listens there\..*--port 0"
    with pytest.raises(SettingsError, match=why):
        await demo.run(HERE, taken)


def test_no_port_but_a_number_up_to_65535_is_a_port(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--port", "70000"]) == 2
    assert "--port" in capsys.readouterr().err
