"""The demo's catalog knows who of its people wrote what, so that its cards need not say "not known"."""

from __future__ import annotations

from pathlib import Path

from bot.catalog import parse
from bot.sandbox.github.history import PEOPLE
from bot.sandbox.logins import with_logins
from bot.sandbox.slack import cast

ROOT = Path(__file__).parents[3]


def test_everybody_who_commits_is_somebody_in_slack() -> None:
    shipped = (ROOT / "catalog.yaml").read_text()

    known = parse(with_logins(shipped))

    members = {user.id: user.real_name for user in cast.people("T0LINK")}
    named = {login: members[user_id] for user_id, login in known.github_logins.items()}
    assert {person.login: person.name for person in PEOPLE} == {
        login: name for login, name in named.items() if login != "vera-approver"
    }
    assert known.model_copy(update={"github_logins": {}}) == parse(shipped)


def test_a_catalog_that_names_its_people_stays_as_it_is() -> None:
    own = (ROOT / "catalog.yaml").read_text().replace("logins: {}", "logins: {U0ME: me}")

    assert with_logins(own) == own
