"""The sync window that stops what the bot cannot, as argocd takes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.controls.sync_window import SelfSyncing, commands

NOW = datetime(2026, 11, 25, 14, 30, 20, tzinfo=UTC)
DEV, SHOP = SelfSyncing("link-app-dev", "link"), SelfSyncing("shop", "other")


def test_a_window_begins_with_this_minute_and_lasts_until_the_freeze_ends() -> None:
    (line,) = commands([DEV], NOW, NOW + timedelta(hours=2))
    assert line == (
        'argocd proj windows add link --kind deny --schedule "30 14 25 11 *" --duration 2h1m '
        "--time-zone UTC --applications link-app-dev --manual-sync"
    )


def test_each_project_has_its_own_and_without_an_end_it_says_how_to_take_it_away() -> None:
    lines = commands([DEV, SHOP], NOW, None, manual=False)
    assert [line.split()[3:5] for line in lines] == [
        ["add", "link"],
        ["delete", "link"],
        ["add", "other"],
        ["delete", "other"],
    ]
    assert '--schedule "* * * * *" --duration 1h' in lines[0]
    assert "--manual-sync" not in lines[0]


def test_where_nothing_syncs_by_itself_there_is_nothing_to_add() -> None:
    assert commands([], NOW, None) == ()
