"""What a promotion does beyond a deployment: it waits for its source, and gives tags."""

from __future__ import annotations

import asyncio

import pytest

from bot.deployments.actions import (
    AskApproval,
    AwaitSource,
    Finish,
    GiveTags,
    JoinQueue,
    MakePlan,
    PushCommit,
    Start,
)
from bot.deployments.decide import decide
from bot.deployments.deployment import State
from bot.deployments.endings import refused
from bot.deployments.events import SoakReached, TagsGiven, TagsIntended
from bot.deployments.releases.promoting import tag_all
from bot.errors import Conflict
from integrations.errors import Forbidden, Unreachable, UpstreamError
from tests.bot.deployments.histories import History, asked, change
from tests.bot.deployments.services import services


def promoted(*, when_ready: bool = False, needs_approval: bool = False) -> History:
    return asked(
        purpose="promotion",
        source="staging",
        when_ready=when_ready,
        needs_approval=needs_approval,
    )


def test_tags_are_given_after_the_plan_and_before_the_commit() -> None:
    history = promoted().found().started()
    assert decide(history.deployment, []) == MakePlan()
    assert decide(history.planned(["a"]).deployment, []) == GiveTags()
    assert decide(history.then(TagsIntended).deployment, []) == GiveTags()
    assert decide(history.then(TagsGiven).deployment, []) == PushCommit()


@pytest.mark.parametrize("needs_approval", [True, False])
def test_a_promotion_that_waits_for_its_source_is_queued_and_in_nobodys_way(
    *, needs_approval: bool
) -> None:
    waiting = promoted(when_ready=True, needs_approval=needs_approval).found().deployment
    other = asked("d2", begins=50).found().deployment

    assert decide(waiting, []) == AwaitSource()
    assert waiting.state is State.QUEUED
    assert decide(other, [waiting]) == Start()


def test_once_its_source_is_ready_its_approval_is_asked_for() -> None:
    ready = promoted(when_ready=True, needs_approval=True).found().then(SoakReached).deployment

    assert decide(ready, []) == AskApproval()
    assert ready.state is State.WAITING


def test_once_its_source_is_ready_it_takes_its_turn_like_any_other() -> None:
    ready = promoted(when_ready=True).found().then(SoakReached)
    assert decide(ready.deployment, []) == Start()
    running = asked("d0", begins=-50).found().started()
    assert isinstance(decide(ready.deployment, [running.deployment]), JoinQueue)


def test_cancelled_among_its_tags_it_says_that_images_may_have_them() -> None:
    history = promoted().found().started().planned(["a"]).then(TagsIntended).cancelled()

    end = decide(history.deployment, [])

    assert isinstance(end, Finish)
    assert "images may have their new tags" in end.message


def test_refused_among_its_tags_it_does_not_say_that_nothing_was_written() -> None:
    history = promoted().found().started().planned(["a"])
    once = "Refused after its start: It is frozen. Nothing was written."
    for why in ("It is frozen.", "It is frozen. Nothing was written."):
        assert refused(history.deployment, why) == once

    said = refused(history.then(TagsIntended).deployment, "It is frozen. Nothing was written.")
    assert "before it wrote to Git; images may have their new tags" in said
    assert "Nothing was written" not in said


class RegistryThatRefuses:
    """Takes tags until the image that it has something against, once it has taken others."""

    def __init__(self, against: str, fault: UpstreamError, *, others: int = 0) -> None:
        self._against = against
        self._fault = fault
        self._others = others
        self._enough = asyncio.Event()
        self.given: list[str] = []

    async def retag(self, image: str, source: str, new_tag: str) -> str:
        assert source.startswith("sha256:")
        if self._against in image:
            if self._others:
                await self._enough.wait()
            raise self._fault
        self.given.append(f"{image}:{new_tag}")
        if len(self.given) >= self._others:
            self._enough.set()
        return source


CHANGES = [
    change(name).model_copy(update={"digest": f"sha256:{'1' * 64}", "image": f"link/{name}"})
    for name in ("user-svc", "chat-svc", "ai-svc")
]


async def test_a_refusal_after_some_tags_were_given_names_those() -> None:
    registry = RegistryThatRefuses("ai-svc", Forbidden("Registry", "No."), others=2)

    with pytest.raises(Conflict) as caught:
        await tag_all(services(registry=registry), CHANGES)

    assert "Git was not changed" in caught.value.message
    assert "user-svc and chat-svc got the new tag already" in caught.value.message


async def test_a_refusal_before_any_is_the_registrys_own() -> None:
    registry = RegistryThatRefuses("link/", Forbidden("Registry", "No."))

    with pytest.raises(Forbidden):
        await tag_all(services(registry=registry), CHANGES)


async def test_a_registry_that_is_away_meanwhile_is_waited_for() -> None:
    registry = RegistryThatRefuses("ai-svc", Unreachable("Registry", "Away."), others=2)

    with pytest.raises(Unreachable):
        await tag_all(services(registry=registry), CHANGES)
