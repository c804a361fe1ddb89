"""`shipmate serve` before it runs: one message about everything that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.start import right
from bot.errors import SettingsError
from tests.bot.test_settings import WHOLE


def test_one_message_tells_of_settings_commands_and_catalog(tmp_path: Path) -> None:
    wrong = {
        "SHIPMATE_LOG": "xml",
        "SHIPMATE_COMMANDS": "no_such_package",
        "SHIPMATE_CATALOG": str(tmp_path / "none.yaml"),
    }
    with pytest.raises(SettingsError) as caught:
        right(wrong)
    for variable in ["SLACK_BOT_TOKEN", *wrong]:
        assert variable in str(caught.value)
    assert "“no_such_package”: install it beside shipmate, or name the folder" in str(caught.value)


def test_one_message_tells_of_settings_and_of_every_token_for_no_environment() -> None:
    wrong = {"ARGOCD_AUTH_TOKEN_STAGNIG": "a", "GITOPS_TOKEN_PROD": "b", "SHIPMATE_PORT": "x"}
    with pytest.raises(SettingsError) as caught:
        right({**WHOLE, **wrong})
    for variable in wrong:
        assert variable in str(caught.value)


def test_what_is_right_is_handed_on() -> None:
    assert right(WHOLE).github_repository == "link/app"
