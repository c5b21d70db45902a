"""Rankers whose calls can be held, counted and made to fail."""

import threading
import time
from collections.abc import Callable, Sequence

import numpy as np

from lrat_rank.models.ranker import CandidateList


def lists(*doc_ids: str, query: str = "q") -> list[CandidateList]:
    return [CandidateList("1", query, doc_ids)]


def value(query: str, document: str) -> float:
    """A score that tells which query and which document it belongs to."""
    return float(hash((query, document)) % 1_000_003)


class ListRanker:
    """Scores lists; remembers each call's documents, and may be held in its first one."""

    def __init__(self, *, held: bool = False) -> None:
        self.calls: list[list[tuple[str, ...]]] = []
        self.begun, self.go = threading.Event(), threading.Event()
        if not held:
            self.go.set()

    def score(self, lists: Sequence[CandidateList]) -> list[np.ndarray]:
        self.calls.append([one.doc_ids for one in lists])
        self._call([(one.query, doc_id) for one in lists for doc_id in one.doc_ids])
        return [np.array([value(one.query, d) for d in one.doc_ids]) for one in lists]

    def _call(self, pairs: list[tuple[str, str]]) -> None:
        self.begun.set()
        assert self.go.wait(60)


class PairRanker(ListRanker):
    """Reads texts as well; fails as told."""

    def __init__(
        self,
        fault: Callable[[list[tuple[str, str]]], BaseException | None] = lambda pairs: None,
        *,
        held: bool = False,
    ) -> None:
        super().__init__(held=held)
        self.sizes: list[int] = []
        self.fault = fault

    def score_pairs(self, pairs: Sequence[tuple[str, str]], account: object = None) -> np.ndarray:
        self._call(list(pairs))
        return np.array([value(*pair) for pair in pairs])

    def _call(self, pairs: list[tuple[str, str]]) -> None:
        super()._call(pairs)
        self.sizes.append(len(pairs))
        fault = self.fault(pairs)
        if fault is not None:
            raise fault


class WholeRanker(ListRanker):
    """A document's score depends on the list it stands in: it is its share of the list."""

    def __init__(self, faulty: str) -> None:
        super().__init__()
        self.faulty = faulty

    def score(self, lists: Sequence[CandidateList]) -> list[np.ndarray]:
        if any(self.faulty in one.doc_ids for one in lists):
            raise ValueError(self.faulty)
        return [np.full(len(one.doc_ids), 1 / len(one.doc_ids)) for one in lists]


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for what another thread does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.001)
