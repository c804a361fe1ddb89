"""Time leaps over waiting, and over nothing that is under way."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.leaping import LeapingLoop, clock_of_this_loop, hurried, waiting_for

HOUR = 3600.0

Told = Callable[[Coroutine[object, object, None]], None]


@pytest.fixture
def told() -> Iterator[Told]:
    """Runs a story on a loop that leaps."""
    with asyncio.Runner(loop_factory=LeapingLoop) as runner:
        yield runner.run


def seconds() -> float:
    return asyncio.get_running_loop().time()


def test_hours_of_waiting_take_no_time_and_the_clock_tells_them(told: Told) -> None:
    async def story() -> None:
        clock = clock_of_this_loop()
        began = clock.now()
        await clock.sleep(HOUR)
        assert HOUR <= (clock.now() - began).total_seconds() < HOUR + 10
        with pytest.raises(TimeoutError):
            async with clock.timeout(HOUR):
                await asyncio.Event().wait()

    began = time.monotonic()
    told(story())
    assert time.monotonic() - began < 20


def test_what_is_due_first_happens_first(told: Told) -> None:
    async def story() -> None:
        happened: list[float] = []
        loop = asyncio.get_running_loop()
        for delay in (300.0, 100.0, 200.0):
            loop.call_later(delay, happened.append, delay)
        await asyncio.sleep(HOUR)
        assert happened == [100.0, 200.0, 300.0]

    told(story())


class Slow(ThreadPoolExecutor):
    """Its threads take a while to end."""

    def shutdown(self, *arguments: bool, **options: bool) -> None:
        threading.Event().wait(0.1)
        super().shutdown(*arguments, **options)


def test_threads_that_end_slowly_are_waited_for_at_the_end() -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(Slow())
        await loop.run_in_executor(None, threading.get_ident)

    with asyncio.Runner(loop_factory=LeapingLoop) as runner:
        runner.run(story())


def test_a_thread_that_works_is_waited_for(told: Told) -> None:
    async def story() -> None:
        async with asyncio.timeout(60):
            await asyncio.to_thread(time.sleep, 0.2)
        assert seconds() < 60

    told(story())


def test_a_process_that_works_is_waited_for(told: Told) -> None:
    async def story() -> None:
        async with asyncio.timeout(60):
            words = ("-c", "import time; time.sleep(0.2); print(1)")
            child = await asyncio.create_subprocess_exec(
                sys.executable, *words, stdout=asyncio.subprocess.PIPE
            )
            out, _ = await child.communicate()
        assert out == b"1\n"

    told(story())


def test_other_work_beside_the_loop_is_waited_for(told: Told) -> None:
    async def story() -> None:
        done, heard = threading.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def works() -> None:
            time.sleep(0.2)
            loop.call_soon_threadsafe(heard.set)
            done.set()

        threading.Thread(target=works).start()
        async with waiting_for(lambda: not done.is_set()), asyncio.timeout(60):
            await heard.wait()
        assert seconds() < 60
        await asyncio.sleep(HOUR)

    told(story())


def test_what_is_on_its_way_over_loopback_arrives_before_any_leap(told: Told) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(line)
        writer.close()

    async def story() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        for _ in range(200):
            async with asyncio.timeout(1):
                writer.write(b"x" * 60_000 + b"\n")
                assert await reader.readline()
        writer.close()
        server.close()

    told(story())


def test_a_story_may_be_told_faster_while_another_process_asks(told: Told) -> None:
    async def story() -> None:
        async with hurried(1000):
            began = seconds()
            await asyncio.to_thread(time.sleep, 0.1)
            assert seconds() - began > 90

    told(story())
