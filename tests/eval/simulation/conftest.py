"""A small world, and a plain BM25 search tool over it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from rank_bm25 import BM25Okapi

from lrat_rank.collections import Document
from lrat_rank.collections.analyzer import Analyzer
from lrat_rank.eval.simulation import World, build_world


@dataclass(frozen=True)
class Hit:
    doc_id: str
    score: float
    snippet: str


class Bm25Tool:
    """Ranks with rank-bm25; a snippet is the first 40 words."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._analyzer = Analyzer("english")
        self._documents = list(documents)
        self._by_id = {document.doc_id: document for document in documents}
        self._bm25 = BM25Okapi([self._analyzer.terms(d.contents) for d in documents])

    def scores(self, query: str) -> np.ndarray:
        return np.asarray(self._bm25.get_scores(self._analyzer.terms(query)))

    def search(self, query: str, k: int) -> list[Hit]:
        scores = self.scores(query)
        best = np.argsort(-scores, kind="stable")[:k]
        return [self._hit(self._documents[i], float(scores[i])) for i in best]

    def _hit(self, document: Document, score: float) -> Hit:
        return Hit(document.doc_id, score, " ".join(document.contents.split()[:40]))

    def get_document(self, doc_id: str) -> Document | None:
        return self._by_id.get(doc_id)


@pytest.fixture(scope="session")
def world() -> World:
    return build_world(seed=0, n_documents=600, n_questions=120)


@pytest.fixture(scope="session")
def tool(world: World) -> Bm25Tool:
    return Bm25Tool(world.documents)


@pytest.fixture(scope="session")
def make_tool() -> Callable[[Sequence[Document]], Bm25Tool]:
    return Bm25Tool
