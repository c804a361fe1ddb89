"""What the documents say is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.declared import declared
from bot.settings import Settings
from scripts import docs

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_the_tables_of_the_readme_are_up_to_date() -> None:
    assert docs.with_tables(README) == README, "run: make docs"


def test_the_settings_table_names_every_variable() -> None:
    for field in Settings.model_fields:
        assert f"`{docs.variable(field)}`" in README


def test_the_commands_table_names_every_command() -> None:
    for command in declared(["commands"]):
        assert not command.listed or re.search(rf"\| `/(shipmate )?{command.name}\b", README)


def test_every_setting_says_what_it_means() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_the_example_file_is_up_to_date_and_holds_no_secret() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    assert example == docs.example_file(), "run: make docs"
    assert all(line.startswith("#") for line in example.splitlines() if line)


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"])
def test_every_link_into_the_project_leads_somewhere(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / link).exists(), link


def test_every_make_target_that_the_documents_name_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for name in ("README.md", "ARCHITECTURE.md"):
        text = (ROOT / name).read_text("utf-8")
        assert set(re.findall(r"`make ([a-z]+)`", text)) <= targets
