"""A ranker and a search tool whose answers can be told beforehand, for tests of adapters."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import numpy as np
from overlap_index import OverlapIndex

from lrat_rank.models.ranker import CandidateList
from lrat_rank.serving import Engine, EngineOptions, SearchTool

QUERY = "odes of the sea"
TEXTS = ["nothing here", "the sea", "odes of the sea", "the coast", "fish", "of the sea"]
BEST_FIRST = [2, 5, 1, 3, 0, 4]
"""How `WordOverlap` orders them: positions 0 and 4 tie at no word in common."""
OVERLAP = [4.0, 3.0, 2.0, 1.0, 0.0, 0.0]


class WordOverlap:
    """A text's score is how many of the query's words it holds; NaN for texts it fails on."""

    def __init__(self, fails_on: str = "\0") -> None:
        self.asked: list[tuple[str, str]] = []
        self._fails_on = fails_on

    def score_pairs(self, pairs: Sequence[tuple[str, str]], account: object = None) -> np.ndarray:
        self.asked += pairs
        return np.array([self._score(*pair) for pair in pairs])

    def _score(self, query: str, text: str) -> float:
        if self._fails_on in text:
            return np.nan
        return float(len({*query.split()} & {*text.split()}))


class Waiting(WordOverlap):
    """Answers once it is let go, which only an event loop that goes on can do."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def score_pairs(self, pairs: Sequence[tuple[str, str]], account: object = None) -> np.ndarray:
        assert self.go.wait(60), "the event loop stood still"
        return super().score_pairs(pairs)


class WaitingIndex(OverlapIndex):
    """Searches once it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def retrieve(self, queries, stage, depth):
        assert not queries or self.go.wait(60), "the event loop stood still"
        return super().retrieve(queries, stage, depth)


def result_of_a_free_loop(call: Callable[[], Coroutine[Any, Any, Any]], go: threading.Event) -> Any:
    """What a call gives that ends only if the loop it runs on goes on meanwhile."""

    async def both() -> Any:
        waited = asyncio.ensure_future(call())
        await asyncio.sleep(0.01)
        go.set()
        return await waited

    return asyncio.run(both())


class DocIdScores:
    """An index's ranker: gives each document the score it was told, and remembers the contexts."""

    SCORES = {"1": 0.5, "2": 2.5, "03": -1.0, "four": 0.25}  # noqa: RUF012

    def __init__(self) -> None:
        self.asked: list[CandidateList] = []

    def score(self, lists: Sequence[CandidateList]) -> list[np.ndarray]:
        self.asked += lists
        return [np.array([self.SCORES[d] for d in one.doc_ids]) for one in lists]


def made_tool(ranker: DocIdScores | None = None) -> SearchTool:
    """Searches the four documents of `overlap_index`, shown in full; `poet` finds 2, 1, four."""
    return SearchTool(
        Engine(OverlapIndex(), ranker or DocIdScores(), EngineOptions(k=4, snippet_tokens=-1))
    )


FOUND = ["2", "1", "four"]
FOUND_SCORES = [2.5, 0.5, 0.25]
