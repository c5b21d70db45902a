"""Requests in threads, which drop what has not begun when their client goes away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from starlette.requests import Request

from lrat_rank.serving.batching import CallThreads, Cancellation, Cancelled
from lrat_rank.serving.http.errors import ClientGoneError

T = TypeVar("T")


class Workers:
    """The threads of one server.

    Args:
        threads: Calls at once; further ones wait.

    Attributes:
        threads: For calls that are cancelled by other means.
    """

    def __init__(self, threads: int) -> None:
        self.threads = CallThreads(threads)

    async def run(self, request: Request, call: Callable[[], T]) -> T:
        """A blocking call's result. When the client goes away, what has not begun is dropped.

        Raises:
            ClientGoneError: The client went away before the call was done.
        """
        return (await self.run_all(request, [call], at_once=1))[0]

    async def run_all(
        self, request: Request, calls: Sequence[Callable[[], T]], *, at_once: int
    ) -> list[T]:
        """The results of blocking calls, of which `at_once` run side by side; see `run`."""
        cancellation, places = Cancellation(), asyncio.Semaphore(at_once)

        async def done_in_turn(call: Callable[[], T]) -> T:
            async with places:
                if cancellation.cancelled:
                    raise Cancelled
                return await self.threads.begun(call, cancellation)

        work: asyncio.Future[list[T]] = asyncio.gather(*map(done_in_turn, calls))
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
        self.threads.close()


async def _disconnected(request: Request) -> None:
    message: dict[str, Any] = {}
    while message.get("type") != "http.disconnect":
        message = dict(await request.receive())
