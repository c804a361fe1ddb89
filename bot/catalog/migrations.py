"""Which files of the application's repository migrate a database, and which not back."""

from __future__ import annotations

from bot.catalog.words import Entry


class MigrationRules(Entry):
    """`paths` are globs (`*` within a folder, `**` across folders) of migrations. Of those that
    match `unsafe_paths` there is no way back, as of commits with the trailer "Rollback: unsafe"
    and of pull requests with one of `unsafe_labels`.
    """

    paths: tuple[str, ...] = ()
    unsafe_paths: tuple[str, ...] = ()
    unsafe_labels: tuple[str, ...] = ()
