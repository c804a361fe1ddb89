"""Settings: one place, one message about all that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.errors import SettingsError
from bot.needs import EVERYTHING, Need, load
from bot.settings import Settings

WHOLE = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "5ec",
    "ARGOCD_SERVER": "https://argocd.linkapp.com/argo/",
    "ARGOCD_AUTH_TOKEN": "jwt",
    "GITOPS_REPO": "https://git.example.com/link/gitops.git",
    "GITHUB_REPOSITORY": "link/app",
}


def test_one_message_names_every_missing_variable() -> None:
    with pytest.raises(SettingsError) as caught:
        load(*EVERYTHING, variables={})
    message = str(caught.value)
    for variable in WHOLE:
        assert variable in message


def test_one_message_names_every_wrong_variable_and_shows_no_value() -> None:
    wrong = {
        "SLACK_BOT_TOKEN": "xapp-hidden",
        "ARGOCD_SERVER": "ftp://hidden",
        "ARGOCD_INSECURE": "perhaps",
        "ARGOCD_CA_FILE": "/nowhere/ca.pem",
        "GITOPS_REPO": "https://me:hidden@git.example.com/x.git",
        "GITOPS_AUTHOR": "me",
        "GITOPS_BRANCH": "two hidden",
        "GITOPS_TOKEN_STAGING": "two hidden",
        "GITHUB_REPOSITORY": "link",
        "KUBECONFIG_DATA": "{hidden}",
        "SHIPMATE_DATABASE": "postgresql://u:hidden@h/db",
        "SHIPMATE_PORT": "70000",
        "SHIPMATE_LOG": "xml",
    }
    with pytest.raises(SettingsError) as caught:
        load(*EVERYTHING, variables=wrong)
    message = str(caught.value)
    for variable in [*wrong, "SLACK_SIGNING_SECRET"]:
        assert variable in message
    assert "hidden" not in message
    assert message.count("SLACK_BOT_TOKEN") == 1


def test_a_subcommand_asks_only_for_what_it_needs() -> None:
    settings = load(Need.CATALOG, variables={"SHIPMATE_PORT": "x", "GITOPS_AUTHOR": "me"})
    assert settings.shipmate_port == 3000


def test_socket_mode_needs_no_signing_secret() -> None:
    variables = {**WHOLE, "SLACK_SIGNING_SECRET": "", "SLACK_APP_TOKEN": "xapp-1"}
    assert load(*EVERYTHING, variables=variables).socket_mode


def test_a_password_login_does_instead_of_a_token() -> None:
    login = {**WHOLE, "ARGOCD_AUTH_TOKEN": "", "ARGOCD_USERNAME": "shipmate"}
    with pytest.raises(SettingsError, match="ARGOCD_PASSWORD"):
        load(*EVERYTHING, variables=login)
    load(*EVERYTHING, variables={**login, "ARGOCD_PASSWORD": "p w"})


def test_port_stands_in_for_shipmate_port() -> None:
    assert load(variables={"PORT": "8080"}).shipmate_port == 8080
    assert load(variables={"PORT": "8080", "SHIPMATE_PORT": "9090"}).shipmate_port == 9090


def test_a_path_prefix_of_argo_cd_is_kept_and_slack_ends_in_a_slash() -> None:
    settings = load(variables={**WHOLE, "SLACK_API_URL": "http://127.0.0.1:9/api"})
    assert settings.argocd_server == "https://argocd.linkapp.com/argo"
    assert settings.slack_api_url == "http://127.0.0.1:9/api/"


def test_an_environment_may_have_its_own_tokens() -> None:
    settings = load(
        variables={
            **WHOLE,
            "ARGOCD_AUTH_TOKEN_PRE_PROD": "other",
            "GITOPS_TOKEN": "git",
            "GITOPS_TOKEN_STAGING": "staging-git",
        }
    )
    assert settings.argocd_token_for("pre-prod") == "other"
    assert settings.argocd_token_for("staging") == "jwt"
    assert settings.gitops_token_for("staging") == "staging-git"
    assert settings.gitops_token_for() == "git"
    assert settings.github_token_in_use == "git"


def test_lists_are_written_with_commas_or_spaces() -> None:
    settings = load(
        variables={"SLACK_TEAM_IDS": "T1, T2 T3,", "SHIPMATE_COMMANDS": "commands,ours"}
    )
    assert settings.slack_team_ids == ("T1", "T2", "T3")
    assert settings.shipmate_commands == ("commands", "ours")


def test_the_environment_comes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(
        "SHIPMATE_HOST=from-file\nSHIPMATE_LOG=json\nARGOCD_PASSWORD='a$b'\n"
    )
    monkeypatch.setenv("SHIPMATE_HOST", "from-environment")
    settings = load()
    assert settings.shipmate_host == "from-environment"
    assert settings.shipmate_log == "json"
    assert settings.argocd_password.get_secret_value() == "a$b"


def test_given_variables_stand_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITOPS_TOKEN", "the-machine's-own")
    assert not Settings({}).gitops_token


def test_nothing_secret_is_shown_and_nothing_changes() -> None:
    settings = Settings({**WHOLE, "GITOPS_TOKEN_DEV": "abc", "ARGOCD_PASSWORD": "def"})
    for secret in ("xoxb-1", "5ec", "jwt", "abc", "def"):
        assert secret not in repr(settings)
    with pytest.raises(ValidationError):
        settings.shipmate_port = 1  # type: ignore[misc]


def test_the_shipped_catalog_is_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings({}).catalog_path.is_file()
    (tmp_path / "catalog.yaml").write_text("mine")
    assert Settings({}).catalog_path.read_text() == "mine"
    assert Settings({"SHIPMATE_CATALOG": "gone.yaml"}).catalog_path == Path("gone.yaml")


def test_a_file_without_certificates_is_no_authority(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(SettingsError, match=r"ARGOCD_CA_FILE names .*holds no certificates in PEM"):
        load(*EVERYTHING, variables={**WHOLE, "ARGOCD_CA_FILE": str(tmp_path / "ca.pem")})


def test_a_file_of_variables_that_is_no_text_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(b"SHIPMATE_HOST=\xff")
    with pytest.raises(SettingsError, match=r"\.env is not UTF-8 text"):
        load()
