"""A ranker whose concurrent callers share its batches."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from operator import itemgetter
from typing import TypeVar, cast

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.account import CallAccount
from lrat_rank.models.ranker import CandidateList, FloatArray, Ranker
from lrat_rank.serving.batching.options import BatchingOptions
from lrat_rank.serving.batching.queue import ScoringQueue
from lrat_rank.serving.batching.splitting import SplittingScorer
from lrat_rank.serving.batching.work import ListWork, PairRanker, Pairs, PairWork

T = TypeVar("T")


class BatchingRanker:
    """Scores as the ranker inside it does, for many threads at once.

    Callers block, or hold a future; what they ask meanwhile goes through the ranker together, in
    the queue's one thread. A document the ranker cannot score, because it fails on it or has not
    the memory even for it alone, gets NaN; the others of its batch get their scores. Called from
    the queue's own thread, by a ranker within a ranker, it scores at once.

    A score does not depend on who shares the batch, but for rounding: other padding sums floats in
    another order, which in float32 moves a logit by about 1e-6, in bfloat16 by about 1e-2.

    Args:
        ranker: Any ranker. Only the queue's thread calls it.
        queue: Several rankers may share one, so that they take turns: those of an A/B test, or the
            old and the new one while a ranker is replaced. One of its own when None.
        options: Of its own queue.

    Attributes:
        ranker: As given.
        queue: As given, or its own.

    Example:
        ranker = BatchingRanker(CrossEncoderRanker.load(folder, index))
        scores = ranker.score_pairs([("who built it?", "Ada built it.")])
        ranker.close()
    """

    def __init__(
        self,
        ranker: Ranker,
        queue: ScoringQueue | None = None,
        *,
        options: BatchingOptions | None = None,
    ) -> None:
        if queue is not None and options is not None:
            raise InputError("options", must="left to the queue given", got="options as well")
        self.ranker = ranker
        self.queue = queue or ScoringQueue(options)
        self._own_queue = queue is None
        # What reads pairs scores each document by itself; of a ranker in here that is not known.
        reads = hasattr(ranker, "score_pairs")
        apart = reads and not isinstance(ranker, BatchingRanker)
        self._lists = SplittingScorer(ListWork(ranker, apart=apart))
        self._pairs = SplittingScorer(PairWork(cast(PairRanker, ranker))) if reads else None

    def score(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """One float array a list, aligned with its `doc_ids`; higher is better, NaN where it fails.

        Raises:
            Busy: As many requests wait as may.
            Cancelled: The `Cancellation` around the call was cancelled before its turn came.
            Closed: The queue takes no new requests.
        """
        if self.queue.in_worker():
            return self._lists.score([lists])[0]
        return self.queue.wait_for(self.submit(lists))

    def score_pairs(
        self, pairs: Sequence[tuple[str, str]], account: CallAccount | None = None
    ) -> FloatArray:
        """Raw scores float (pairs,) of (query, text) pairs, in the order given; NaN where it fails.

        Args:
            pairs: What to score.
            account: Is told how many tokens of each text were read, by a ranker that counts them.

        Raises:
            Busy: As many requests wait as may.
            Cancelled: The `Cancellation` around the call was cancelled before its turn came.
            Closed: The queue takes no new requests.
            InputError: The ranker reads documents of its index only.
        """
        if self.queue.in_worker():
            return self._pair_scorer().score([[Pairs(tuple(pairs), account)]])[0][0]
        return self.queue.wait_for(self.submit_pairs(pairs, account))

    def submit(self, lists: Sequence[CandidateList]) -> Future[list[FloatArray]]:
        """As `score`, without blocking; `asyncio.wrap_future` makes it awaitable.

        Cancelling the future drops the work unless it has begun.
        """
        if not lists:
            return _done([])
        return self.queue.submit(self._lists, list(lists), list)

    def submit_pairs(
        self, pairs: Sequence[tuple[str, str]], account: CallAccount | None = None
    ) -> Future[FloatArray]:
        """As `score_pairs`, without blocking; see `submit`."""
        scorer = self._pair_scorer()
        if not pairs:
            return _done(np.empty(0, dtype=np.float32))
        return self.queue.submit(scorer, [Pairs(tuple(pairs), account)], itemgetter(0))

    @property
    def reads_pairs(self) -> bool:
        """Whether it scores texts that no index holds."""
        return self._pairs is not None

    def close(self, timeout: float | None = None) -> bool:
        """Finish what was accepted and take nothing new; see `ScoringQueue.close`.

        A queue that was given is left open: others use it.
        """
        return self.queue.close(timeout) if self._own_queue else True

    def _pair_scorer(self) -> SplittingScorer[Pairs]:
        if self._pairs is None:
            raise InputError(
                "ranker",
                must="one that scores texts, a cross-encoder",
                got=type(self.ranker).__name__,
                do="Search with it instead, or serve a cross-encoder.",
            )
        return self._pairs


def _done(scores: T) -> Future[T]:
    future: Future[T] = Future()
    future.set_result(scores)
    return future
