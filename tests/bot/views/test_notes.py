"""What a card says of many applications that have something to say."""

from __future__ import annotations

from collections.abc import Mapping

from bot.deployments.events import ApplicationEnded, AppOutcome
from bot.views.failure import note_lines
from tests.bot.deployments.histories import asked_to_sync


def noted(notes: Mapping[str, tuple[str, ...]]) -> list[str]:
    told = asked_to_sync(applications=[*notes], dry_run=True).started().planned([*notes]).wave()
    for name, said in notes.items():
        told.syncing(name).then(
            ApplicationEnded, application=name, outcome=AppOutcome.SUCCEEDED, notes=said
        )
    return note_lines(told.deployment)


def test_a_dry_run_says_one_line_for_each_application_and_one_for_all_that_stay() -> None:
    configured = ("configmap/a configured (dry run)", "service/b created (dry run)", "3 unchanged")
    assert noted({"loki": configured, "x": ("4 unchanged",), "y": ("9 unchanged",)}) == [
        "`loki`: configmap/a configured, service/b created and 3 unchanged",
        "`x` and `y`: nothing would change",
    ]


def test_what_has_no_room_is_counted() -> None:
    many = {f"app-{n}": (f"configmap/c{n} configured (dry run)",) for n in range(24)}
    lines = noted(many)
    assert len(lines) == 8
    assert lines[-1] == "and 17 more applications"
