"""What a rollback took back is known by what ran, not by what was deployed last."""

from __future__ import annotations

from collections.abc import Mapping

from bot.deployments.deployment import Deployment
from bot.deployments.events import WayBack
from bot.deployments.rollbacks.undone import taken_back_by
from tests.bot.deployments.histories import asked, asked_to_sync, change

A, B, C = "sha-aaaaaaa", "sha-bbbbbbb", "sha-ccccccc"


def ships(key: str, before: str, after: str, *services: str, **facts: object) -> Deployment:
    named = services or ("user-svc",)
    changes = [change(service, before, after) for service in named]
    facts.setdefault("begins", 60 * int(key[1:]))
    history = asked(key, **facts).found(after).started().planned(["a"], changes=changes)  # type: ignore[arg-type]
    return history.intended().committed().wave().well("a").over().deployment


def goes_back(key: str, before: str, after: str, *services: str) -> Deployment:
    return ships(key, before, after, *services, purpose="rollback", way_back=WayBack())


def names(*deployments: Deployment) -> Mapping[str, str]:
    return {key: by.id for key, by in taken_back_by(deployments).items()}


def test_a_rollback_takes_back_what_brought_the_images_that_it_left() -> None:
    first, second = ships("d1", A, B), ships("d2", B, C)
    assert names(first, second, goes_back("d3", C, B)) == {"d2": "d3"}


def test_what_was_written_after_the_rollback_is_not_taken_back_by_it() -> None:
    first, waited = ships("d1", A, B), ships("d4", A, B)  # asked for before the rollback was
    assert names(first, waited, goes_back("d2", B, A)) == {"d1": "d2"}


def test_what_only_synced_since_and_other_services_take_nothing_on_themselves() -> None:
    first, other = ships("d1", A, B), ships("d2", A, C, "chat-svc")
    again = ships("d3", B, B)
    assert names(first, other, again, goes_back("d4", B, A)) == {"d1": "d4"}


def test_what_was_replaced_before_the_rollback_is_not_taken_back() -> None:
    same_tag = ships("d1", A, B), ships("d2", B, C), ships("d3", C, B)
    assert names(*same_tag, goes_back("d4", B, A)) == {"d3": "d4"}


def test_a_rollback_of_one_of_its_services_takes_it_back_in_part() -> None:
    both = ships("d1", A, B, "user-svc", "chat-svc")
    assert names(both, goes_back("d2", B, A, "chat-svc")) == {"d1": "d2"}


def test_a_rollback_that_wrote_nothing_takes_back_nothing() -> None:
    waits = asked("d2", purpose="rollback", way_back=WayBack()).found(A).deployment
    assert names(ships("d1", A, B), waits) == {}


def test_argo_cd_goes_back_from_the_newest_deployment_of_then() -> None:
    back = WayBack(leaves="d1", history_id=3)
    asked_for = asked_to_sync("d2").deployment.request.model_copy(
        update={"way_back": back, "purpose": "rollback"}
    )
    history = asked_to_sync("d2")
    history.events[0] = asked_for
    history.started().planned(["a"], changes=()).wave()
    assert names(ships("d1", A, B), history.deployment) == {}
    assert names(ships("d1", A, B), history.syncing("a").deployment) == {"d1": "d2"}
