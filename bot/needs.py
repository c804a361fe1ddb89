"""What each subcommand needs of the settings, and the one message about what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum

from pydantic import ValidationError

from bot.errors import SettingsError
from bot.settings import Settings


class Need(Enum):
    """A part of the settings; the value holds how its variables begin."""

    SLACK = ("slack_bot_", "slack_signing_", "slack_app_", "slack_api_", "slack_team_")
    ARGOCD = ("argocd_",)
    GITOPS = ("gitops_",)
    GITHUB = ("github_",)
    REGISTRY = ("registry_",)
    KUBERNETES = ("kubeconfig_",)
    CATALOG = ("shipmate_catalog", "shipmate_commands")
    STORE = ("shipmate_database",)
    LISTEN = ("shipmate_host", "shipmate_port")
    LOG = ("shipmate_log",)
    BOT = ("shipmate_url", "shipmate_token")


EVERYTHING = tuple(need for need in Need if need is not Need.BOT)
"""What `shipmate serve` needs."""


def load(*needs: Need, variables: Mapping[str, str] | None = None) -> Settings:
    """The settings, right in all that `needs` names; the rest may be missing or wrong.

    Reads `variables` alone where they are given. Raises SettingsError, which names every
    variable at fault with what is wanted, and never shows a value that may be secret.
    """
    settings, wrong = _read(variables)
    faults = [
        f"{variable} {message}."
        for variable, message in wrong.items()
        if any(variable.lower().startswith(prefix) for need in needs for prefix in need.value)
    ]
    faults += [
        f"{field.upper()} is missing: {what}."
        for field, what in missing(settings, needs)
        if field.upper() not in wrong
    ]
    if faults:
        raise SettingsError("\n".join(["Settings are missing or wrong:", *faults]))
    return settings


def missing(settings: Settings, needs: tuple[Need, ...]) -> Iterator[tuple[str, str]]:
    """Each field that is unset and needed, and what it is."""
    for need in needs:
        for field in _UNSET.get(need, _nothing)(settings):
            description = Settings.model_fields[field].description or ""
            yield field, description.replace("`", "")


def _nothing(_settings: Settings) -> Iterator[str]:
    yield from ()


def _slack(settings: Settings) -> Iterator[str]:
    if not settings.slack_bot_token:
        yield "slack_bot_token"
    if not (settings.socket_mode or settings.slack_signing_secret):
        yield "slack_signing_secret"


def _argocd(settings: Settings) -> Iterator[str]:
    if not settings.argocd_server:
        yield "argocd_server"
    if settings.argocd_auth_token:
        return
    if not (settings.argocd_username or settings.argocd_password):
        yield "argocd_auth_token"
    elif not settings.argocd_password:
        yield "argocd_password"
    elif not settings.argocd_username:
        yield "argocd_username"


def _gitops(settings: Settings) -> Iterator[str]:
    if not settings.gitops_repo:
        yield "gitops_repo"


def _github(settings: Settings) -> Iterator[str]:
    if not settings.github_repository:
        yield "github_repository"


def _bot(settings: Settings) -> Iterator[str]:
    if not settings.shipmate_token:
        yield "shipmate_token"


_UNSET: Mapping[Need, Callable[[Settings], Iterator[str]]] = {
    Need.SLACK: _slack,
    Need.ARGOCD: _argocd,
    Need.GITOPS: _gitops,
    Need.GITHUB: _github,
    Need.BOT: _bot,
}


def _read(variables: Mapping[str, str] | None) -> tuple[Settings, dict[str, str]]:
    """The settings with every wrong value left out, and what is wrong, by variable."""
    try:
        return Settings(variables), {}
    except ValidationError as error:
        faults = error.errors()
    defaults = {
        field: Settings.model_fields[field].get_default(call_default_factory=True)
        for field in {str(fault["loc"][0]) for fault in faults}
    }
    wrong = {_variable(fault["loc"]): _message(fault["type"], fault["msg"]) for fault in faults}
    return Settings(variables, **defaults), wrong


def _variable(location: tuple[int | str, ...]) -> str:
    """The variable that a value came from, given where pydantic found it."""
    field, *key = (str(part) for part in location)
    title = Settings.model_fields[field].title or field
    return (title.partition("<")[0] + key[0] if key else title).upper()


def _message(kind: str, message: str) -> str:
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    if kind.startswith("bool"):
        return "must be true or false"
    if kind.startswith(("int", "greater", "less")):
        return "must be a port number from 0 to 65535"
    if kind == "literal_error":
        return "must be json or console"
    return f"is not understood ({message})"
