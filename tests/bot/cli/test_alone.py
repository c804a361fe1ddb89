"""What only reads Argo CD works in a shell without a bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli import main
from bot.declared import declared
from bot.sandbox.world import World, world
from integrations.clock import SystemClock


@pytest.fixture
async def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    async with world(tmp_path, SystemClock()) as everything:
        monkeypatch.delenv("SHIPMATE_TOKEN", raising=False)
        monkeypatch.setenv("SHIPMATE_URL", "http://127.0.0.1:9")
        monkeypatch.setenv("ARGOCD_SERVER", everything.argocd_url)
        monkeypatch.setenv("ARGOCD_AUTH_TOKEN", everything.argocd.token)
        yield everything


async def ran(*words: str) -> int:
    """A command line has a loop of its own, and so a thread."""
    return await asyncio.to_thread(main, list(words))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("app", "get", "link-app-staging"), "Synced"),
        (("app", "history", "link-app-staging"), "History of link-app-staging"),
        (("app", "resources", "user-svc"), "Deployment/user-svc"),
        (("app", "events", "user-svc"), "Events of user-svc"),
        (("app", "logs", "user-svc", "--tail", "2"), "Logs of user-svc"),
        (("app", "refresh", "user-svc"), "was refreshed"),
    ],
)
async def test_argo_cd_is_asked_directly(
    words: tuple[str, ...], said: str, outside: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await ran(*words) == 0
    shown = capsys.readouterr()
    assert said in shown.out
    assert shown.err == ""


async def test_an_unknown_application_is_a_usage_error_with_the_nearest_name(
    outside: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await ran("app", "get", "link-app-stagin") == 2
    assert "Did you mean link-app-staging" in capsys.readouterr().err


async def test_an_argo_cd_that_is_away_is_said_without_a_trace(
    outside: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARGOCD_SERVER", "http://127.0.0.1:9")
    assert await ran("app", "get", "user-svc") == 1
    assert "Argo CD: It cannot be reached." in capsys.readouterr().err


async def test_with_a_token_the_bot_is_asked_first(
    outside: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHIPMATE_TOKEN", "personal")
    assert await ran("app", "get", "user-svc") == 0
    shown = capsys.readouterr()
    assert "No bot answers at http://127.0.0.1:9" in shown.err
    assert "user-svc" in shown.out


async def test_whatever_needs_the_bot_asks_for_a_token(
    outside: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await ran("deployments") == 2
    assert "SHIPMATE_TOKEN" in capsys.readouterr().err


def test_only_what_looks_at_argo_cd_runs_alone() -> None:
    alone = {command.name for command in declared(["commands"]) if command.alone}
    assert alone == {
        f"app {word}" for word in ("get", "history", "resources", "events", "logs", "refresh")
    }
