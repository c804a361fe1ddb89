"""When a newer request takes the place of an older one that has not started."""

from __future__ import annotations

import pytest

from bot.deployments.superseding import asked_already, may_cover
from tests.bot.deployments.histories import PIPELINE, History, asked, asked_to_sync

TAG = "sha-abc1234"


def covers(older: History, newer: History) -> bool:
    return may_cover(older.deployment, newer.deployment.request)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ((), ()),
        (("user-svc",), ()),
        (("user-svc",), ("user-svc", "chat-svc")),
    ],
)
def test_a_newer_request_for_the_same_or_more_covers(
    older: tuple[str, ...], newer: tuple[str, ...]
) -> None:
    assert covers(asked(services=older), asked(services=newer))


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ((), ("user-svc",)),
        (("user-svc", "chat-svc"), ("user-svc",)),
        (("user-svc",), ("chat-svc",)),
    ],
)
def test_a_newer_request_for_less_or_other_services_does_not(
    older: tuple[str, ...], newer: tuple[str, ...]
) -> None:
    assert not covers(asked(services=older), asked(services=newer))


def test_automation_never_covers_a_person_but_itself_and_a_person_covers_it() -> None:
    person, machine = asked(), asked(actor=PIPELINE)

    assert not covers(person, machine)
    assert covers(machine, asked(actor=PIPELINE))
    assert covers(machine, person)


def test_what_has_started_ended_or_is_being_cancelled_is_left_alone() -> None:
    assert covers(asked().found().queued("d0"), asked())
    assert not covers(asked().found().started(), asked())
    assert not covers(asked().cancelled(), asked())


def test_syncs_and_other_environments_never_cover() -> None:
    assert not covers(asked(environment="dev"), asked(environment="staging"))
    assert not covers(asked_to_sync(), asked())
    assert not covers(asked(), asked_to_sync())


def test_the_same_is_found_whoever_asks_and_nothing_else_is() -> None:
    first = asked(services=("user-svc",), tag=TAG).found().deployment
    again = asked(services=("user-svc",), tag=TAG, actor=PIPELINE, reason="Soon").deployment.request
    assert asked_already([first], again) == first
    for other in (
        asked(tag=TAG),
        asked(services=("chat-svc",), tag=TAG),
        asked(
            services=("user-svc",), environment="staging" if again.environment == "dev" else "dev"
        ),
        asked(services=("user-svc",), tag=TAG, override_checks=True),
        asked(services=("user-svc",), tag="sha-0000001"),
        asked_to_sync(),
    ):
        assert asked_already([first], other.deployment.request) is None
    assert (
        asked_already([asked(services=("user-svc",), tag=TAG).cancelled().deployment], again)
        is None
    )


def test_whoever_asks_for_the_newest_build_asks_anew() -> None:
    assert asked_already([asked(tag="").deployment], asked(tag="").deployment.request) is None
    tagged = asked(tag=TAG)
    assert asked_already([tagged.deployment], tagged.deployment.request) == tagged.deployment
