"""A ranker that scores what another one serves, to be compared with it, and never shows anything.

It works on a thread of its own behind a short queue. When it is slow the queue is full and calls
are left out, when it fails the failure is counted: replies neither wait for it nor fail with it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Sequence

from lrat_rank.models.ranker import Ranker
from lrat_rank.serving.deployment import Deployment, close_ranker

_LOG = logging.getLogger(__name__)
_NICE = 10
_LONGEST_QUEUE = 64

Ranked = Sequence[tuple[str, float]]
"""(doc_id, score), best first."""
Rank = Callable[[Ranker], Ranked]
"""Orders the candidates of one call with the given ranker."""
Done = Callable[[str, Ranked], object]
"""Takes the shadow's version and its ranking, to log them."""


class Shadow:
    """Scores calls that it is offered, one after the other.

    Args:
        deployment: The ranker; it has one.
        longest_queue: Calls that may wait, ≥ 1; those offered beyond are dropped.

    Attributes:
        scored: Calls scored and handed on.
        dropped: Calls that found the queue full.
        failed: Calls at which the ranker, or handing on, failed.
    """

    def __init__(self, deployment: Deployment, longest_queue: int = _LONGEST_QUEUE) -> None:
        self.deployment = self._last = deployment
        self.scored = self.dropped = self.failed = 0
        self._waiting: queue.Queue[tuple[Rank, Done] | None] = queue.Queue(max(1, longest_queue))
        self._closed = threading.Event()
        self._counting = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="shadow", daemon=True)
        self._thread.start()

    def offer(self, rank: Rank, done: Done) -> bool:
        """Have a call scored when there is time; returns at once.

        Args:
            rank: Orders the call's candidates; called on the shadow's thread.
            done: Given the result, on that thread.

        Returns:
            Whether there was room for it.
        """
        if not self._closed.is_set():
            with contextlib.suppress(queue.Full):
                self._waiting.put_nowait((rank, done))
                return True
        with self._counting:
            self.dropped += 1
        return False

    def replace(self, new: Deployment) -> None:
        """Score with another ranker from the next call on; the old one is closed then."""
        self.deployment = new

    @property
    def waiting(self) -> int:
        """Calls in the queue."""
        return self._waiting.qsize()

    def close(self, timeout: float = 5.0) -> None:
        """Take no more calls, and give those that wait some seconds to be scored."""
        self._closed.set()
        until = time.monotonic() + timeout
        with contextlib.suppress(queue.Full):
            self._waiting.put(None, timeout=timeout)
            self._thread.join(max(0.0, until - time.monotonic()))
        if not self._thread.is_alive():
            close_ranker(self._last.ranker)

    def _work(self) -> None:
        _step_back()
        while (call := self._waiting.get()) is not None:
            self._score(*call)
            del call  # what it holds is not kept while there is nothing to do

    def _score(self, rank: Rank, done: Done) -> None:
        deployment = self.deployment
        if deployment is not self._last:
            close_ranker(self._last.ranker)
            self._last = deployment
        try:
            assert deployment.ranker is not None
            done(deployment.version, rank(deployment.ranker))
        except BaseException:  # whatever a ranker raises, the thread goes on
            if not self.failed:
                _LOG.exception("the shadow ranker failed; further failures are only counted")
            self.failed += 1
        else:
            self.scored += 1


def _step_back() -> None:
    """Let the threads that answer calls go first, where the system knows priorities of threads."""
    with contextlib.suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
