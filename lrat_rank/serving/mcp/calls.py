"""Threads in which tool calls wait for the ranker, so that a server's event loop never does."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import anyio

from lrat_rank.serving.batching import Cancellation, Cancelled

T = TypeVar("T")


class Calls:
    """A pool of threads for the calls of one server.

    Args:
        threads: Calls at once; further ones wait.
    """

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="tool-call")

    async def run(self, call: Callable[[], T]) -> T:
        """A blocking call's result. When the caller is cancelled, what has not begun is dropped."""
        cancellation = Cancellation()

        def work() -> T:
            with cancellation.active():
                if cancellation.cancelled:
                    raise Cancelled
                return call()

        context = contextvars.copy_context()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, context.run, work)
        except asyncio.CancelledError:
            cancellation.cancel()
            raise

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, threads: int) -> AsyncIterator[Calls]:
        """The threads, for as long as the block lasts; its end waits for what has begun."""
        calls = cls(threads)
        try:
            yield calls
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(
                    lambda: calls._pool.shutdown(wait=True, cancel_futures=True)
                )
