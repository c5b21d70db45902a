"""Threads in which calls wait for the ranker, so that a server's event loop never does."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from lrat_rank.serving.batching.cancellation import Cancellation
from lrat_rank.serving.batching.refusals import Cancelled

T = TypeVar("T")


class CallThreads:
    """A pool of threads for one server's calls.

    Args:
        threads: Calls at once; further ones wait.
    """

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="call")

    async def run(self, call: Callable[[], T]) -> T:
        """A blocking call's result. When the caller is cancelled, what has not begun is dropped."""
        cancellation = Cancellation()
        try:
            return await self.begun(call, cancellation)
        except asyncio.CancelledError:
            cancellation.cancel()
            raise

    def begun(self, call: Callable[[], T], cancellation: Cancellation) -> asyncio.Future[T]:
        """A blocking call's result to come; `Cancelled` where it was cancelled in time."""

        def work() -> T:
            with cancellation.active():
                if cancellation.cancelled:
                    raise Cancelled
                return call()

        context = contextvars.copy_context()
        return asyncio.get_running_loop().run_in_executor(self._pool, context.run, work)

    def close(self) -> None:
        """End the threads, once what they do is done."""
        self._pool.shutdown(wait=True, cancel_futures=True)
