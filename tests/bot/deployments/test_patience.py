"""A system that is away is waited for, with words; not for ever, and not against one's will."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest

from bot.deployments.patience import patiently, unless
from integrations.clock import FastClock
from integrations.errors import RateLimited, Rejected, Unreachable, UpstreamError
from integrations.groups import TaskGroup

AWAY = Unreachable("Git", "the remote did not answer.")
CLOCK = FastClock(500)


class Trouble:
    """An attempt that fails with each of these, then goes well; when and with what words."""

    def __init__(self, *errors: UpstreamError) -> None:
        self._errors = list(errors)
        self.tried = 0
        self.said: list[str] = []

    async def attempt(self) -> None:
        self.tried += 1
        if self._errors:
            raise self._errors.pop(0)

    def waiting(self, error: UpstreamError) -> None:
        self.said.append(error.summary)


async def wait_for(
    trouble: Trouble,
    *,
    seconds: float = 60,
    stop: Callable[[], bool] = lambda: False,
    bell: Callable[[], asyncio.Event] = asyncio.Event,
    lasting: bool = False,
) -> float:
    """The seconds that it took."""
    began = CLOCK.now()
    await patiently(
        CLOCK,
        trouble.attempt,
        seconds=seconds,
        waiting=trouble.waiting,
        stop=stop,
        bell=bell,
        lasting=lasting,
    )
    return (CLOCK.now() - began).total_seconds()


async def test_what_goes_well_is_not_waited_for() -> None:
    trouble = Trouble()
    await wait_for(trouble)
    assert (trouble.tried, trouble.said) == (1, [])


async def test_a_passing_trouble_is_said_and_tried_again_after_growing_pauses() -> None:
    trouble = Trouble(AWAY, AWAY, AWAY)

    assert await wait_for(trouble) >= 1 + 2 + 4

    assert trouble.tried == 4
    assert trouble.said == ["the remote did not answer."] * 3


async def test_what_went_well_for_long_is_waited_for_as_long_as_what_has_just_begun() -> None:
    async def long_and_well() -> None:
        if trouble.tried == 0:
            await CLOCK.sleep(100)
            went_well.append(CLOCK.now())
        await trouble.attempt()

    trouble, went_well = Trouble(AWAY, AWAY), list[datetime]()
    await patiently(CLOCK, long_and_well, seconds=60, well=lambda: went_well[-1])
    assert trouble.tried == 3


async def test_a_lasting_trouble_is_raised_at_once_unless_it_is_to_be_waited_for() -> None:
    refused = Rejected("Git", "the hook says no.")
    trouble = Trouble(refused)
    with pytest.raises(Rejected):
        await wait_for(trouble)
    assert trouble.tried == 1

    patient = Trouble(refused)
    await wait_for(patient, lasting=True)
    assert patient.tried == 2


async def test_after_the_time_given_it_is_raised() -> None:
    trouble = Trouble(*[AWAY] * 100)

    with pytest.raises(Unreachable):
        await wait_for(trouble, seconds=5)

    assert 2 <= trouble.tried <= 5


async def test_the_time_that_a_system_asks_for_is_kept() -> None:
    trouble = Trouble(RateLimited("GitHub", "too many.", retry_after=9))

    assert await wait_for(trouble) >= 9


async def test_who_asks_for_more_time_than_there_is_gets_none() -> None:
    trouble = Trouble(RateLimited("GitHub", "too many.", retry_after=3600))

    with pytest.raises(RateLimited):
        await wait_for(trouble, seconds=600)

    assert not trouble.said


async def test_a_person_who_stops_it_need_not_wait_for_the_pause() -> None:
    trouble, bell = (
        Trouble(*[RateLimited("GitHub", "slowly.", retry_after=500)] * 9),
        asyncio.Event(),
    )
    wishes: Sequence[str] = []

    async with asyncio.timeout(5), TaskGroup() as group:
        waiting = group.create_task(
            wait_for(trouble, seconds=6000, stop=lambda: bool(wishes), bell=lambda: bell),
            name="waiting",
        )
        await asyncio.sleep(0.02)
        wishes = ["stop"]
        bell.set()

    assert waiting.result() < 400
    assert trouble.tried == 1


async def test_what_only_reads_is_left_the_moment_that_it_is_over() -> None:
    bell, over = asyncio.Event(), False

    async def never() -> None:
        await asyncio.Event().wait()

    async with asyncio.timeout(5), TaskGroup() as group:
        left = group.create_task(unless(lambda: over, lambda: bell, never), name="left")
        await asyncio.sleep(0)
        over = True
        bell.set()
        await left


async def test_what_fails_before_it_is_over_raises_its_own_error() -> None:
    async def fail() -> None:
        raise Unreachable("Git", "it was asked.")

    with pytest.raises(Unreachable):
        await unless(lambda: False, asyncio.Event, fail)
