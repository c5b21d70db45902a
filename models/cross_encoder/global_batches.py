"""The order in which an epoch takes the lists, and each process's share of every batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from torch.utils.data import Dataset, Sampler

from lrat_rank.models.cross_encoder.dataset import ShownList

UNCOUNTED = -100.0
"""The weight of a list that is shown but does not count; the Trainer leaves this number out where
it counts the lists of a step."""


class Lists(Protocol):
    """Lists by number; `TrainingDataset` is one."""

    def __len__(self) -> int:
        """How many there are."""
        ...

    def __getitem__(self, number: int) -> ShownList:
        """The list of that number."""
        ...


class GlobalBatches(Sampler[list[int]]):
    """Batches of list numbers that do not depend on how many processes share them.

    An epoch is one order of all lists, drawn from the seed and the epoch, and cut into batches; a
    process takes every n-th list of each. A process that gets none of the last, short batch takes
    one that does not count (see `CountedLists`), since all processes must take every step.

    Args:
        lists: How many there are.
        batch: Lists a batch, over all processes.
        seed: Of the order.
        process: Which process this is, from 0.
        processes: How many share the batches.

    >>> [list(GlobalBatches(5, 4, 0, process=n, processes=2)) for n in (0, 1)]
    [[[2, 3], [1]], [[4, 0], [-2]]]
    """

    def __init__(
        self, lists: int, batch: int, seed: int, *, process: int = 0, processes: int = 1
    ) -> None:
        self._lists, self._batch, self._seed = lists, batch, seed
        self._process, self._processes = process, processes
        self.epoch = 0

    def __len__(self) -> int:
        return -(-self._lists // self._batch)

    def __iter__(self) -> Iterator[list[int]]:
        order = np.random.default_rng((self._seed, self.epoch)).permutation(self._lists).tolist()
        for start in range(0, self._lists, self._batch):
            batch: Sequence[int] = order[start : start + self._batch]
            yield list(batch[self._process :: self._processes]) or [-1 - batch[0]]


class CountedLists(Dataset[ShownList]):
    """Lists by number; the number −1 − n is list n without a say in the loss."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists

    def __len__(self) -> int:
        return len(self._lists)

    def __getitem__(self, number: int) -> ShownList:
        if number >= 0:
            return self._lists[number]
        return replace(self._lists[-1 - number], weight=UNCOUNTED)
