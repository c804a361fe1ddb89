"""The menu: own subcommands, declared commands, and clear words for what is wrong."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from bot.cli import main
from bot.declared import declared
from bot.errors import SettingsError
from bot.store import NewEvent, Store, verify_file
from integrations.clock import SystemClock

OWN = ("serve", "demo", "doctor", "manifest", "backup", "login")


def test_help_lists_every_subcommand_and_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    listed = {words[0] for words in map(str.split, shown.splitlines()) if words}
    for name in (*OWN, *(each.name for each in declared(["commands"]) if each.listed)):
        assert name.split()[0] in listed


def test_it_says_which_version_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert re.fullmatch(r"shipmate \d[\w.]*\n", capsys.readouterr().out)


@pytest.mark.parametrize("words", [["deploy", "--help"], ["help", "deploy"]])
def test_a_commands_help_is_the_commands_own(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Usage: shipmate deploy <environment>")
    assert "--dry-run" in shown


def test_a_group_lists_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    main(["app"])
    shown = "".join(capsys.readouterr())
    assert "history" in shown
    assert "Missing command" not in shown


def test_an_unknown_word_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deplyo"]) == 2
    assert "deplyo" in capsys.readouterr().err


def test_serve_stops_at_once_and_names_every_faulty_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SLACK_BOT_TOKEN", "ARGOCD_SERVER", "GITOPS_REPO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHIPMATE_PORT", "many")
    assert main(["serve"]) == 2
    err = capsys.readouterr().err
    for name in ("SLACK_BOT_TOKEN", "ARGOCD_SERVER", "GITOPS_REPO", "SHIPMATE_PORT"):
        assert name in err


def test_the_manifest_needs_no_account(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "--url", "https://bot.example.com/"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["settings"]["interactivity"]["request_url"] == (
        "https://bot.example.com/slack/events"
    )


def test_login_says_how_a_token_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["login"]) == 0
    assert "/shipmate login" in capsys.readouterr().out


def test_a_backup_is_one_checked_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    database, copy = tmp_path / "shipmate.db", tmp_path / "copy.db"
    monkeypatch.setenv("SHIPMATE_DATABASE", str(database))

    async def record() -> None:
        store = Store.open(database, SystemClock())
        await store.append("d-1", 0, [NewEvent(type="Happened", data={})])
        await asyncio.to_thread(lambda: _assert_done(main(["backup", str(copy)])))
        await store.close()

    asyncio.run(record())
    assert verify_file(copy).events == 1
    assert "1 event" in capsys.readouterr().out


def _assert_done(code: int) -> None:
    assert code == 0


def test_without_a_database_there_is_nothing_to_back_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHIPMATE_DATABASE", str(tmp_path / "none.db"))
    assert main(["backup", str(tmp_path / "copy.db")]) == 1
    said = capsys.readouterr().err
    assert f"There is no database {tmp_path / 'none.db'}: SHIPMATE_DATABASE names it." in said
    assert not (tmp_path / "copy.db").exists()


@pytest.mark.parametrize("package", ["no_such_package", "integrations"])
def test_a_package_without_commands_is_named(package: str) -> None:
    with pytest.raises(SettingsError, match=package):
        declared(["commands", package])


def test_a_command_declared_twice_is_named() -> None:
    with pytest.raises(SettingsError, match="second time"):
        declared(["commands", "commands"])


def test_a_command_with_others_under_its_name_tells_of_itself_and_of_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "lock Have an environment for yourself" in shown
    assert main(["lock", "--help"]) == 0
    assert "Also: shipmate lock hand-over" in capsys.readouterr().out
