"""Which changed files migrate a database, and which changes have no way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.migrations import MigrationRules
from bot.deployments.approvals.migrations import migrations_in, unsafe_because

RULES = MigrationRules(
    paths=("services/*/migrations/**", "db/*.sql"),
    unsafe_paths=("services/*/migrations/contract/**",),
)
FILES = (
    "services/user-svc/migrations/0007_handles.sql",
    "services/user-svc/main.go",
    "services/user-svc/migrations/contract/0008_drop.sql",
    "services/migrations/0001.sql",
    "db/0001.sql",
    "db/deep/0001.sql",
)


def test_files_are_found_by_globs_in_order_and_once() -> None:
    assert migrations_in((*FILES, *FILES), RULES.paths) == (
        "db/0001.sql",
        "services/user-svc/migrations/0007_handles.sql",
        "services/user-svc/migrations/contract/0008_drop.sql",
    )
    assert migrations_in(FILES, ()) == ()


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("**/migrations/*.sql", "migrations/1.sql", True),
        ("**/migrations/*.sql", "a/b/migrations/1.sql", True),
        ("**/migrations/*.sql", "a/migrations/b/1.sql", False),
        ("migrations/**", "migrations", False),
        ("migrations/**", "migrations/a/b.sql", True),
        ("a/**/c", "a/c", True),
        ("a/**/c", "a/b/b/c", True),
        ("*.sql", "a/1.sql", False),
        ("Migrations/*", "migrations/1.sql", False),
        ("[ab]/*.sql", "a/1.sql", True),
    ],
)
def test_one_star_stays_in_its_folder_and_two_cross_them(
    pattern: str, path: str, *, fits: bool
) -> None:
    assert bool(migrations_in([path], [pattern])) is fits


def test_a_contracting_migration_has_no_way_back() -> None:
    assert unsafe_because(FILES, (), RULES) == (
        "services/user-svc/migrations/contract/0008_drop.sql cannot be undone."
    )
    twice = (*FILES, "services/chat-svc/migrations/contract/1.sql")
    assert "and 1 more" in unsafe_because(twice, (), RULES)
    assert unsafe_because(FILES, (), MigrationRules()) == ""


@pytest.mark.parametrize(
    ("message", "unsafe"),
    [
        ("Drop it\n\nRollback: unsafe", True),
        ("Drop it\n\nSee below.\n\nrollback:  UNSAFE (drops a column)\nReviewed-by: Mei", True),
        ("Rollback: unsafe", True),
        ("Say that a Rollback: unsafe trailer counts", False),
        ("Drop it\n\nRollback: safe", False),
        ("Drop it\n\nRollback: unsafely", False),
    ],
)
def test_a_commit_may_say_so_itself(message: str, *, unsafe: bool) -> None:
    said = unsafe_because((), [("0" * 40, "Else"), ("1" * 40, message)], RULES)
    assert said == ("Commit 1111111 says “Rollback: unsafe”." if unsafe else "")


@given(st.lists(st.text("ab*?[/.", max_size=12)), st.lists(st.text("ab*?[/.", max_size=12)))
def test_no_glob_breaks_it(files: list[str], patterns: list[str]) -> None:
    assert set(migrations_in(files, patterns)) <= set(files)
