"""What `/where` says of environments that are large, and of what it cannot know."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.views import plain
from bot.views.where import where
from bot.whereabouts import Running, Whereabouts
from integrations.argocd.model import Application, Health, Sync

ARGOCD = "https://argocd.example.com"
WELL = [
    Application(f"service-{n}", namespace="argocd", health=Health.HEALTHY, sync=Sync.SYNCED)
    for n in range(40)
]


def test_the_tags_are_there_however_many_applications_an_environment_has() -> None:
    ill = Application("broken", namespace="argocd", health=Health.DEGRADED, sync=Sync.SYNCED)
    place = Whereabouts("staging", (Running("user-svc", "sha-1"),), (*WELL, ill))

    (line, tags) = plain.lines(where([place], ARGOCD))[1:3]

    assert "40 applications ✅ Synced ✅ Healthy" in line
    assert "broken ✅ Synced ❌ Degraded" in line
    assert tags == "sha-1 user-svc"


def test_every_one_of_twenty_environments_is_shown() -> None:
    names = [f"region-{n}" for n in range(20)]
    places = [Whereabouts(each, (Running("user-svc", "sha-1"),), tuple(WELL[:3])) for each in names]

    message = where(places, ARGOCD)

    assert len(message.blocks) <= 50
    assert all(each in str(message.blocks) for each in names)


def test_a_tag_that_is_older_than_what_was_looked_at_is_said_to_be() -> None:
    seen = datetime(2026, 11, 1, 9, tzinfo=UTC)
    running = Running("user-svc", "sha-1", since=seen, is_older=True)

    told = "\n".join(plain.lines(where([Whereabouts("staging", (running,))], "")))

    assert "since before 2026-11-01 09:00 UTC" in told
