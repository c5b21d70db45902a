"""Threads in which requests wait for the ranker, so that the event loop never does."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from starlette.requests import Request

from lrat_rank.serving.batching import Cancellation, Cancelled
from lrat_rank.serving.http.errors import ClientGoneError

T = TypeVar("T")


class Workers:
    """A pool of threads.

    Args:
        threads: Calls at once; further ones wait.
    """

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def run(self, request: Request, call: Callable[[], T]) -> T:
        """A blocking call's result. When the client goes away, what has not begun is dropped.

        Raises:
            ClientGoneError: The client went away before the call was done.
        """
        return (await self.run_all(request, [call]))[0]

    async def run_all(self, request: Request, calls: Sequence[Callable[[], T]]) -> list[T]:
        """The results of blocking calls that run side by side; see `run`."""
        cancellation = Cancellation()
        work: asyncio.Future[list[T]] = asyncio.gather(
            *(self._begun(call, cancellation) for call in calls)
        )
        # Nobody may be left to take its error.
        work.add_done_callback(lambda done: done.cancelled() or done.exception())
        gone: asyncio.Future[Any] = asyncio.ensure_future(_disconnected(request))
        try:
            both: list[asyncio.Future[Any]] = [work, gone]
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                raise ClientGoneError
            return work.result()
        except Cancelled as error:
            raise ClientGoneError from error
        finally:
            gone.cancel()
            cancellation.cancel()  # where one call failed, what else has not begun is dropped too

    def close(self) -> None:
        """End the threads, once what they do is done."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _begun(self, call: Callable[[], T], cancellation: Cancellation) -> asyncio.Future[T]:
        def work() -> T:
            with cancellation.active():
                if cancellation.cancelled:
                    raise Cancelled
                return call()

        context = contextvars.copy_context()
        return asyncio.get_running_loop().run_in_executor(self._pool, context.run, work)


async def _disconnected(request: Request) -> None:
    message: dict[str, Any] = {}
    while message.get("type") != "http.disconnect":
        message = dict(await request.receive())
