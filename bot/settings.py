"""Every environment variable that shipmate knows, in one frozen place."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast

from dotenv import dotenv_values
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import SettingsError
from bot.variables import (
    ApiUrl,
    AppToken,
    Author,
    AuthorityFile,
    Base64,
    BotToken,
    Branch,
    Database,
    Names,
    Remote,
    Repository,
    SecretUrl,
    Token,
    Url,
)

_UNSET = SecretStr("")
_BY_ENVIRONMENT = {
    "argocd_auth_token_": "argocd_environment_tokens",
    "gitops_token_": "gitops_environment_tokens",
}


class Settings(BaseSettings):
    """The variables, each under its own name in lower case. "" (or None) means unset.

    `bot.needs.load` makes them and says in one message what is missing or wrong.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    slack_bot_token: BotToken = Field(_UNSET, description="the Slack app's bot token, `xoxb-…`")
    slack_signing_secret: Token = Field(
        _UNSET, description="the Slack app's signing secret, for HTTP mode"
    )
    slack_app_token: AppToken = Field(
        _UNSET,
        description="app-level token, `xapp-…`: Socket Mode, without a public URL; then "
        "`/slack/events` is off",
    )
    slack_api_url: ApiUrl = Field("https://slack.com/api/", description="base of the Web API")
    slack_team_ids: Names = Field((), description="workspaces that may call in, `T…`, by comma")
    slack_app_id: str = Field("", description="the app that may call in, `A…`")
    slack_webhook_url: SecretUrl = Field(
        _UNSET, description="incoming webhook, for `shipmate notify` in pipelines"
    )
    argocd_server: Url = Field(
        "",
        description="Argo CD's address, such as `https://argocd.linkapp.com`; a path prefix is kept",
    )
    argocd_auth_token: Token = Field(_UNSET, description="token of an Argo CD account")
    argocd_environment_tokens: Mapping[str, Token] = Field(
        {},
        title="ARGOCD_AUTH_TOKEN_<ENVIRONMENT>",
        description="token used for that environment alone",
    )
    argocd_username: str = Field("", description="account, with `ARGOCD_PASSWORD`")
    argocd_password: SecretStr = Field(
        _UNSET, description="its password; the login is renewed before it expires"
    )
    argocd_ca_file: AuthorityFile = Field(None, description="certificate authority, PEM")
    argocd_insecure: bool = Field(default=False, description="do not verify Argo CD's certificate")
    gitops_repo: Remote = Field("", description="the GitOps repository: https, ssh or a path")
    gitops_branch: Branch = Field("main", description="its branch")
    gitops_author: Author = Field(
        "shipmate <shipmate@localhost>", description="author of the bot's commits"
    )
    gitops_token: Token = Field(_UNSET, description="token for https; never in argv, logs, errors")
    gitops_environment_tokens: Mapping[str, Token] = Field(
        {},
        title="GITOPS_TOKEN_<ENVIRONMENT>",
        description="token used for that environment alone",
    )
    github_api_url: Url = Field("https://api.github.com", description="base of GitHub's API")
    github_repository: Repository = Field(
        "", description="the application's repository, `owner/name`: workflows, commits"
    )
    github_token: Token = Field(_UNSET, description="token; without it `GITOPS_TOKEN` is used")
    github_webhook_secret: Token = Field(_UNSET, description="secret of the webhook")
    registry_url: Url = Field("https://ghcr.io", description="where images live")
    registry_username: str = Field("", description="account at the registry")
    registry_token: Token = Field(_UNSET, description="its token")
    kubeconfig_data: Base64 = Field(_UNSET, description="kubeconfig in base64, optional")
    shipmate_catalog: Path = Field(Path("catalog.yaml"), description="the catalog file")
    shipmate_database: Database = Field("shipmate.db", description="a SQLite file")
    shipmate_host: str = Field("0.0.0.0", description="address to listen on")  # noqa: S104 -- a container's way
    shipmate_port: int = Field(
        3000,
        ge=0,
        le=65535,
        description="port to listen on; `PORT` is understood too",
    )
    shipmate_commands: Names = Field(("commands",), description="packages that hold commands")
    shipmate_log: Literal["", "json", "console"] = Field(
        "", description="`json` or `console`; by terminal when unset"
    )
    shipmate_url: Url = Field(
        "http://127.0.0.1:3000", description="the running bot, for the command line"
    )
    shipmate_token: Token = Field(
        _UNSET, description="a personal token from `/shipmate login`, for the command line"
    )
    shipmate_live_argocd: SecretStr = Field(
        _UNSET,
        description="`https://token@host/application`: a real server and a scratch application "
        "for the live contract tests",
    )

    def __init__(self, variables: Mapping[str, str] | None = None, **values: Any) -> None:
        """Read `variables`, or else the process's environment over the `.env` file beside it.

        `values`, by field name, come before both. Raises pydantic.ValidationError.
        """
        read = environment() if variables is None else variables
        super().__init__(**{**by_field(read), **values})

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `__init__` read: a test's settings never meet the machine's own."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    def argocd_token_for(self, environment: str = "") -> str:
        """The Argo CD token for an environment of the catalog, or the one for all; "" for none."""
        own = self.argocd_environment_tokens.get(variable_suffix(environment))
        return (own or self.argocd_auth_token).get_secret_value()

    def gitops_token_for(self, environment: str = "") -> str:
        """The git token for an environment of the catalog, or the one for all; "" for none."""
        own = self.gitops_environment_tokens.get(variable_suffix(environment))
        return (own or self.gitops_token).get_secret_value()

    @property
    def github_token_in_use(self) -> str:
        """The token for GitHub: its own, or the one for git; "" for none."""
        return (self.github_token or self.gitops_token).get_secret_value()

    @property
    def socket_mode(self) -> bool:
        """Whether Slack comes in over Socket Mode."""
        return bool(self.slack_app_token.get_secret_value())

    @property
    def catalog_path(self) -> Path:
        """The catalog file; the Link platform's own where the default name is not here."""
        named = self.shipmate_catalog
        if named.exists() or "shipmate_catalog" in self.model_fields_set:
            return named
        shipped = (
            Path(__file__).parent.parent / "catalog.yaml",
            Path(sys.prefix) / "share" / "shipmate" / "catalog.yaml",
        )
        return next((path for path in shipped if path.exists()), named)


def environment(env_file: Path = Path(".env")) -> dict[str, str]:
    """The process's environment, over the variables of a `.env` file where there is one.

    Raises SettingsError for a file that is not text.
    """
    try:
        written = dotenv_values(env_file, interpolate=False) if env_file.is_file() else {}
    except UnicodeDecodeError:
        raise SettingsError(f"{env_file} is not UTF-8 text.") from None
    return {**{name: value or "" for name, value in written.items()}, **os.environ}


def by_field(variables: Mapping[str, str]) -> dict[str, object]:
    """The variables that are ours and not empty, by field name."""
    values: dict[str, object] = {}
    for name, text in variables.items():
        field = name.lower()
        if not text.strip():
            continue
        if field in Settings.model_fields and field not in _BY_ENVIRONMENT.values():
            values[field] = text.strip()
        for prefix, mapping in _BY_ENVIRONMENT.items():
            if field.startswith(prefix):
                tokens = values.setdefault(mapping, {})
                cast("dict[str, str]", tokens)[field.removeprefix(prefix)] = text.strip()
    if "shipmate_port" not in values and variables.get("PORT", "").strip():
        values["shipmate_port"] = variables["PORT"].strip()
    return values


def variable_suffix(environment: str) -> str:
    """How an environment's name stands at the end of a variable, in lower case."""
    return re.sub(r"\W", "_", environment).lower()
