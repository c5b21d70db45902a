"""Dropping the work of a client that went away."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any


class Cancellation:
    """Work submitted inside `with cancellation.active():` is dropped by `cancel()` if not begun.

    The block names the work through a context variable, so that nothing between a server's route
    and the queue need know of it; `asyncio.to_thread` and the thread pools of web frameworks carry
    it into their threads.

    Example:
        with cancellation.active():
            scores = ranker.score(lists)  # raises Cancelled when another thread cancels in time
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = False
        self._futures: set[Future[Any]] = set()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled

    def cancel(self) -> None:
        """Drop what has not begun, and what may still be submitted; safe to repeat."""
        with self._lock:
            self._cancelled = True
            futures = list(self._futures)
        for future in futures:
            future.cancel()

    def watch(self, future: Future[Any]) -> None:
        """Let `cancel` drop this work too; at once when it was called before."""
        with self._lock:
            self._futures.add(future)
            cancelled = self._cancelled
        future.add_done_callback(self._forget)
        if cancelled:
            future.cancel()

    @contextmanager
    def active(self) -> Iterator[None]:
        """A block whose work this cancels; other threads may hold blocks of their own."""
        token = _CURRENT.set(self)
        try:
            yield
        finally:
            _CURRENT.reset(token)

    def _forget(self, future: Future[Any]) -> None:
        with self._lock:
            self._futures.discard(future)


_CURRENT: ContextVar[Cancellation | None] = ContextVar("cancellation", default=None)


def current_cancellation() -> Cancellation | None:
    """The cancellation of the block this runs in, if any."""
    return _CURRENT.get()
