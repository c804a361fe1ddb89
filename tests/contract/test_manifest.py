"""The app manifest, held to Slack's official schema and to the scopes of the methods we call."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bot.catalog import load
from bot.declared import declared
from bot.errors import SettingsError
from bot.manifest import EVENTS, SCOPES, manifest

ROOT = Path(__file__).parent.parent.parent


def made(**options: Any) -> dict[str, Any]:
    return manifest(declared(["commands"]), **options)


@pytest.mark.contract
@pytest.mark.parametrize("url", ["", "https://shipmate.example.com"])
def test_the_manifest_is_valid(contracts: Path, url: str) -> None:
    schema = contracts / "slack" / "manifest" / "schemas__manifest.schema.1.0.0.json"
    jsonschema.validate(made(url=url), json.loads(schema.read_text()))


@pytest.mark.contract
def test_every_method_that_the_bot_calls_is_covered_by_a_scope(contracts: Path) -> None:
    source = "".join(path.read_text() for path in (ROOT / "integrations" / "slack").glob("*.py"))
    methods = set(re.findall(r'"((?:chat|conversations|users|usergroups|views)\.[\w.]+)"', source))
    assert len(methods) >= 8
    for method in methods:
        reference = json.loads((contracts / f"slack/web-api-ref/{method}.json").read_text())
        wanted = set(reference.get("scope", {}).get("bot", []))
        assert not wanted or wanted & set(SCOPES), method


def test_short_names_are_deploy_sync_where_and_shipmate() -> None:
    names = [each["command"] for each in made()["features"]["slash_commands"]]
    assert set(names) <= {"/deploy", "/sync", "/where", "/shipmate"}
    assert names[-1] == "/shipmate"


def test_the_catalog_may_add_names() -> None:
    names = [each["command"] for each in made(extra=["retry"])["features"]["slash_commands"]]
    assert "/retry" in names
    with pytest.raises(SettingsError, match="nothing-like-it"):
        made(extra=["nothing-like-it"])


def test_a_public_address_means_http_and_none_means_socket_mode() -> None:
    over_http, over_socket = made(url="https://bot.example.com"), made()
    assert not over_http["settings"]["socket_mode_enabled"]
    assert over_socket["settings"]["socket_mode_enabled"]
    assert "url" not in over_socket["features"]["slash_commands"][0]
    assert over_http["features"]["slash_commands"][0]["url"].endswith("/slack/events")


@pytest.mark.parametrize("wrong", [{"url": "bot.example.com"}, {"name": ""}, {"name": "x" * 36}])
def test_what_slack_would_not_take_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        made(**wrong)


def test_what_the_shipped_catalog_adds_exists() -> None:
    made(extra=load(ROOT / "catalog.yaml").slash_commands)


def test_each_scope_says_what_it_is_for() -> None:
    assert all(reason for reason in SCOPES.values())
    assert len(set(EVENTS)) == len(EVENTS)
