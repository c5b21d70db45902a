"""The one queue before the ranker, and the one thread that works it off."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lrat_rank.models.ranker import FloatArray
from lrat_rank.serving.batching.cancellation import current_cancellation
from lrat_rank.serving.batching.options import BatchingOptions
from lrat_rank.serving.batching.refusals import Busy, Cancelled, Closed
from lrat_rank.serving.batching.splitting import SplittingScorer
from lrat_rank.serving.batching.work import Item

Result = TypeVar("Result")

_NEWEST = 0.2
"""Share of the newest batch in the running mean of seconds a document."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """What the queue holds now, and what it has done since it was made.

    Attributes:
        waiting: Requests whose turn has not come.
        waiting_pairs: Their documents.
        running: Requests in the ranker now.
        requests: Requests answered, faulty documents or not.
        pairs: Documents of the requests answered.
        batches: Batches they were answered in.
        refused: Requests that found the queue full.
        cancelled: Requests dropped before their turn.
        splits: Calls of the ranker that failed and were split.
        failed_pairs: Documents that got NaN because the ranker failed on them.
        wait_s: Seconds until what waits and runs now is likely done.
    """

    waiting: int
    waiting_pairs: int
    running: int
    requests: int
    pairs: int
    batches: int
    refused: int
    cancelled: int
    splits: int
    failed_pairs: int
    wait_s: float


@dataclass(eq=False, slots=True)
class _Request:
    scorer: SplittingScorer[Any]
    items: Sequence[Any]
    size: int
    shaped: Callable[[list[FloatArray]], Any]
    future: Future[Any] = field(default_factory=Future)


@dataclass(slots=True)
class _Counts:
    requests: int = 0
    pairs: int = 0
    batches: int = 0
    refused: int = 0
    cancelled: int = 0
    splits: int = 0
    failed_pairs: int = 0


class ScoringQueue:
    """Requests wait here in the order they come; the oldest and all that go with it are one batch.

    A batch is begun as soon as the one before it is done. Those just answered are given `wait_ms`
    to come back, so that clients who ask again at once share a batch; a lone client never waits.

    Args:
        options: What may wait, how long, and how much a batch holds.

    Attributes:
        options: As given.
    """

    def __init__(self, options: BatchingOptions | None = None) -> None:
        self.options = options or BatchingOptions()
        self._changed = threading.Condition()
        self._waiting: deque[_Request] = deque()
        self._waiting_pairs = 0
        self._running: list[_Request] = []
        self._counts = _Counts()
        self._seconds_a_pair = 0.0
        self._expected, self._answered_at = 0, 0.0
        self._closed = False
        # A process that ends without close() must not hang on what nobody waits for.
        self._worker = threading.Thread(target=self._work, name="ranker", daemon=True)
        self._worker.start()

    def submit(
        self,
        scorer: SplittingScorer[Item],
        items: Sequence[Item],
        shaped: Callable[[list[FloatArray]], Result],
    ) -> Future[Result]:
        """Put a request in the queue; the `Cancellation` around the call, if any, can drop it.

        Args:
            scorer: Requests with the same one share a batch.
            items: What to score.
            shaped: Makes the future's result of one float array an item.

        Raises:
            Busy: As many requests wait as may.
            Closed: The queue takes no new requests.
        """
        request = _Request(scorer, items, scorer.size(items), shaped)
        with self._changed:
            if self._closed:
                raise Closed
            if self._is_full(request.size):
                self._forget_cancelled()
            if self._is_full(request.size):
                self._counts.refused += 1
                raise Busy(len(self._waiting), max(1.0, self._wait_s()))
            self._waiting.append(request)
            self._waiting_pairs += request.size
            self._changed.notify_all()
        cancellation = current_cancellation()
        if cancellation is not None:
            cancellation.watch(request.future)
        return request.future

    def wait_for(self, future: Future[Result]) -> Result:
        """Block until the request is answered.

        Raises:
            Cancelled: It was cancelled before its turn came.
        """
        try:
            return future.result()
        except CancelledError:
            raise Cancelled from None

    def in_worker(self) -> bool:
        """Whether the caller is the queue's own thread, which must not wait for itself."""
        return threading.current_thread() is self._worker

    def state(self) -> QueueState:
        """What it holds and has done."""
        with self._changed:
            self._forget_cancelled()
            counts = self._counts
            return QueueState(
                waiting=len(self._waiting),
                waiting_pairs=self._waiting_pairs,
                running=len(self._running),
                requests=counts.requests,
                pairs=counts.pairs,
                batches=counts.batches,
                refused=counts.refused,
                cancelled=counts.cancelled,
                splits=counts.splits,
                failed_pairs=counts.failed_pairs,
                wait_s=self._wait_s(),
            )

    def close(self, timeout: float | None = None) -> bool:
        """Take nothing new, finish what was accepted, and end the thread; safe to repeat.

        Args:
            timeout: Seconds to finish in; what has not begun by then fails with `Closed`. As long
                as it takes when None.

        Returns:
            Whether everything accepted was finished.
        """
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self.in_worker():
            return False
        self._worker.join(timeout)
        if not self._worker.is_alive():
            return True
        with self._changed:
            dropped = self._taken(list(self._waiting))
        for request in dropped:
            request.future.set_exception(Closed())
        return False

    def _is_full(self, size: int) -> bool:
        if len(self._waiting) >= self.options.max_waiting:
            return True
        pairs = self._waiting_pairs + size
        return bool(self._waiting) and pairs > self.options.max_waiting_pairs

    def _wait_s(self) -> float:
        pairs = self._waiting_pairs + sum(request.size for request in self._running)
        return pairs * self._seconds_a_pair

    def _forget_cancelled(self) -> None:
        self._taken([request for request in self._waiting if request.future.cancelled()])

    def _work(self) -> None:
        while batch := self._next_batch():
            self._answer(batch)
            del batch  # a ranker that has left service is not kept while there is nothing to do

    def _answer(self, batch: Sequence[_Request]) -> None:
        started = time.monotonic()
        answers: list[Any] | Exception
        try:
            scores = batch[0].scorer.score([request.items for request in batch])
            answers = [one.shaped(own) for one, own in zip(batch, scores, strict=True)]
        except BaseException as error:
            # Nothing that is raised may end the thread that all requests depend on, nor the
            # threads of those who asked.
            _log.exception("A batch of %d requests failed.", len(batch))
            answers = error if isinstance(error, Exception) else RuntimeError(repr(error))
        # Before anybody is answered: those who come back at once must not be counted twice.
        self._finish(batch, time.monotonic() - started)
        for position, request in enumerate(batch):
            if isinstance(answers, Exception):
                request.future.set_exception(answers)
            else:
                request.future.set_result(answers[position])

    def _next_batch(self) -> list[_Request]:
        """Requests that go through the ranker together; none when the queue is closed and empty."""
        with self._changed:
            batch: list[_Request] = []
            while not batch:
                while not self._waiting and not self._closed:
                    self._changed.wait()
                self._gather()
                if not self._waiting and self._closed:
                    return []
                batch = self._taken(self._fitting())
            self._running = batch
            return batch

    def _gather(self) -> None:
        """Let those who were just answered come back."""
        until = self._answered_at + self.options.wait_ms / 1000
        while (
            self._waiting
            and not self._closed
            and len(self._waiting) < self._expected
            and self._waiting_pairs < self.options.max_pairs
            and (left := until - time.monotonic()) > 0
        ):
            self._changed.wait(left)

    def _fitting(self) -> list[_Request]:
        """The oldest request, and those after it that go with it, as far as they fit."""
        if not self._waiting:
            return []
        oldest = self._waiting[0]
        most = min(self.options.max_pairs, oldest.scorer.fits or self.options.max_pairs)
        chosen, pairs = [oldest], oldest.size
        for request in list(self._waiting)[1:]:
            if request.scorer is oldest.scorer and pairs + request.size <= most:
                chosen.append(request)
                pairs += request.size
        return chosen

    def _taken(self, chosen: Sequence[_Request]) -> list[_Request]:
        """Those of the chosen that nobody cancelled, out of the queue and begun."""
        for request in chosen:
            self._waiting.remove(request)
            self._waiting_pairs -= request.size
        begun = [request for request in chosen if request.future.set_running_or_notify_cancel()]
        self._counts.cancelled += len(chosen) - len(begun)
        return begun

    def _finish(self, batch: Sequence[_Request], seconds: float) -> None:
        pairs = sum(request.size for request in batch)
        with self._changed:
            self._counts.requests += len(batch)
            self._counts.pairs += pairs
            self._counts.batches += 1
            self._counts.splits += batch[0].scorer.splits
            self._counts.failed_pairs += batch[0].scorer.failed
            batch[0].scorer.splits = batch[0].scorer.failed = 0
            self._running = []
            newest = seconds / max(pairs, 1)
            old = self._seconds_a_pair or newest
            self._seconds_a_pair = old + _NEWEST * (newest - old)
            # The clients that are at it now: those just answered, and those who came meanwhile.
            self._expected = len(batch) + len(self._waiting)
            self._answered_at = time.monotonic()
