"""Calls in threads: the event loop goes on, and what nobody waits for is not begun."""

import asyncio
import threading

import pytest

from lrat_rank.serving.batching import CallThreads, Cancellation, Cancelled
from lrat_rank.serving.batching.cancellation import current_cancellation


@pytest.fixture
def one_thread():
    threads = CallThreads(1)
    yield threads
    threads.close()


def test_the_loop_goes_on_while_a_call_waits(one_thread):
    go = threading.Event()

    async def work():
        waited = asyncio.ensure_future(one_thread.run(lambda: go.wait(60)))
        await asyncio.sleep(0.01)
        go.set()
        return await waited

    assert asyncio.run(work())


def test_a_cancelled_call_is_told_and_those_behind_it_are_not_begun(one_thread):
    go, begun, told = threading.Event(), [], []

    def first():
        go.wait(60)
        told.append(current_cancellation().cancelled)

    async def work():
        running = asyncio.ensure_future(one_thread.run(first))
        waiting = asyncio.ensure_future(one_thread.run(lambda: begun.append(True)))
        await asyncio.sleep(0.05)
        running.cancel()
        waiting.cancel()
        assert await asyncio.gather(running, waiting, return_exceptions=True)
        go.set()
        await one_thread.run(lambda: None)

    asyncio.run(work())
    assert (told, begun) == ([True], [])


def test_a_call_of_something_cancelled_says_so(one_thread):
    cancellation = Cancellation()
    cancellation.cancel()

    async def work():
        await one_thread.begun(lambda: None, cancellation)

    with pytest.raises(Cancelled):
        asyncio.run(work())
