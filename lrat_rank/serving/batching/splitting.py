"""Scores for all that can be scored: batches that fail are split until the fault stands alone."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Generic

import numpy as np

from lrat_rank.errors import LratRankError
from lrat_rank.models.ranker import FloatArray
from lrat_rank.serving.batching.memory import is_out_of_memory, release
from lrat_rank.serving.batching.work import Item, Work

_FAILURES = 64
"""Calls that may fail while one request's faulty documents are looked for; halving finds one among
1,000 in ten. A ranker that fails on everything must not hold up the others for longer. Calls that
run out of memory count where smaller ones can give no scores: halving finds what fits by itself."""
_REGROWTH = 16
"""A limit that memory set grows by this part of itself with every batch that fits."""

_log = logging.getLogger(__name__)


class SplittingScorer(Generic[Item]):
    """Scores the items of several requests in one call, and in smaller ones where that fails.

    Out of memory, the documents of a call are halved until they fit, down to one; how many fit is
    remembered, and tried upwards again bit by bit. On any other failure the requests are halved,
    then the failing request's items, then the item's documents; what fails alone gets NaN. An item
    whose documents must be scored together is scored once more without the faulty ones, and gets
    NaN throughout where memory does not suffice for it.

    Not for several threads.

    Args:
        work: What the ranker can do.

    Attributes:
        work: As given.
        fits: Documents a call may hold as far as memory has shown; None while it was never short.
        splits: Calls that failed, since somebody set this to 0.
        failed: Documents that got NaN because the ranker failed on them, likewise.
    """

    def __init__(self, work: Work[Item]) -> None:
        self.work = work
        self.fits: int | None = None
        self.splits = 0
        self.failed = 0
        self._left = _FAILURES

    def score(self, requests: Sequence[Sequence[Item]]) -> list[list[FloatArray]]:
        """One list of float arrays (documents,) a request, an array an item; NaN where it fails."""
        sizes = [len(items) for items in requests]
        together = [item for items in requests for item in items]
        alone = len(requests) == 1
        if alone:
            self._left = _FAILURES
        if self._may_fit(together):
            scores = self._tried(together, blamed=alone)
            if scores is not None:
                self._regrow()
                return _regrouped(scores, sizes)
        if not alone:
            middle = len(requests) // 2
            return self.score(requests[:middle]) + self.score(requests[middle:])
        return [self._items(requests[0])]

    def size(self, items: Sequence[Item]) -> int:
        """How many documents the items hold."""
        return sum(self.work.size(item) for item in items)

    def _items(self, items: Sequence[Item]) -> list[FloatArray]:
        """Scores of items that failed together."""
        if len(items) == 1:
            return [self._documents(items[0])]
        middle = len(items) // 2
        return [
            score
            for half in (items[:middle], items[middle:])
            for score in self._retried(half) or self._items(half)
        ]

    def _documents(self, item: Item) -> FloatArray:
        """Scores of an item that failed, or that is too large."""
        size = self.work.size(item)
        if size <= 1 or self._left <= 0:
            return self._nothing(size)
        if self.work.apart:
            middle = size // 2
            halves = (range(middle), range(middle, size))
            return np.concatenate([self._half(item, half) for half in halves])
        sound = self._sound(item, range(size))
        scores = self._retried([self.work.part(item, sound)]) if sound else None
        if scores is None:
            return self._nothing(size)
        self.failed += size - len(sound)
        spread = np.full(size, np.nan, dtype=scores[0].dtype)
        spread[sound] = scores[0]
        return spread

    def _half(self, item: Item, positions: range) -> FloatArray:
        part = self.work.part(item, positions)
        scores = self._retried([part])
        return scores[0] if scores is not None else self._documents(part)

    def _sound(self, item: Item, positions: range) -> list[int]:
        """The positions that the ranker does not fail on; their scores in parts mean nothing."""
        if len(positions) < self.work.size(item) and self._retried(
            [self.work.part(item, positions)]
        ):
            return list(positions)
        if len(positions) <= 1 or self._left <= 0:
            return []
        middle = len(positions) // 2
        return self._sound(item, positions[:middle]) + self._sound(item, positions[middle:])

    def _nothing(self, size: int) -> FloatArray:
        self.failed += size
        return np.full(size, np.nan, dtype=np.float32)

    def _retried(self, items: Sequence[Item]) -> list[FloatArray] | None:
        """Scores, or None where the call fails, may not fit, or too many have failed."""
        if self._left <= 0 or not self._may_fit(items):
            return None
        return self._tried(items, blamed=True)

    def _tried(self, items: Sequence[Item], *, blamed: bool) -> list[FloatArray] | None:
        """Scores, or None; what a failed call held in memory is let go.

        Args:
            items: What to score.
            blamed: Whether a failure is that of the one request being looked into.
        """
        try:
            return self._checked(items, self.work.score(items))
        except BaseException as error:  # a library's SystemExit is a fault as any other
            fault = error
        self.splits += 1
        size = self.size(items)
        if is_out_of_memory(fault):
            fault.__traceback__ = None  # its frames hold the arrays that took the memory
            release()
            self.fits = max(1, size // 2)
            _log.warning("Out of memory with %d documents; trying %d at a time.", size, self.fits)
            self._left -= blamed and (size <= 1 or not self.work.apart)
        elif blamed:
            if self._left == _FAILURES:
                _log.error("The ranker failed on a request.", exc_info=fault)
            self._left -= 1
        return None

    def _checked(self, items: Sequence[Item], scores: Sequence[FloatArray]) -> list[FloatArray]:
        got = [np.shape(score) for score in scores]
        wanted = [(self.work.size(item),) for item in items]
        if got != wanted:
            raise LratRankError(f"The ranker must give scores of shapes {wanted}; got {got}.")
        return list(scores)

    def _may_fit(self, items: Sequence[Item]) -> bool:
        whole = len(items) == 1 and not self.work.apart  # it is tried, or it could never fit
        return whole or self.fits is None or self.size(items) <= self.fits

    def _regrow(self) -> None:
        if self.fits is not None:
            self.fits += self.fits // _REGROWTH + 1


def _regrouped(scores: list[FloatArray], sizes: Sequence[int]) -> list[list[FloatArray]]:
    given = iter(scores)
    return [[next(given) for _ in range(size)] for size in sizes]
