"""A small world, and a plain BM25 search tool over it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from rank_bm25 import BM25Okapi

from lrat_rank.collections import Document, read_corpus
from lrat_rank.collections.analyzer import Analyzer
from lrat_rank.eval.simulation import SearchTool, World, build_world

DEPTH = 40


@dataclass(frozen=True)
class Hit:
    doc_id: str
    score: float
    snippet: str


class Bm25Tool:
    """Ranks with rank-bm25, at most 40 documents; a snippet is the first 40 words."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._analyzer = Analyzer("english")
        self._documents = list(documents)
        self._by_id = {document.doc_id: document for document in documents}
        self._bm25 = BM25Okapi([self._analyzer.terms(d.contents) for d in documents])
        self._searched: dict[str, list[Hit]] = {}

    def scores(self, query: str) -> np.ndarray:
        return np.asarray(self._bm25.get_scores(self._analyzer.terms(query)))

    def search(self, query: str, k: int) -> list[Hit]:
        if query not in self._searched:
            scores = self.scores(query)
            best = np.argsort(-scores, kind="stable")[:DEPTH]
            self._searched[query] = [self._hit(self._documents[i], float(scores[i])) for i in best]
        return self._searched[query][:k]

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


@pytest.fixture(scope="session")
def musique_tool(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> SearchTool:
    from lrat_rank.models.first_stage import Index, IndexOptions
    from lrat_rank.serving import Engine, EngineOptions
    from lrat_rank.serving import SearchTool as IndexTool

    corpus = read_corpus(shared / "collections/musique/corpus.jsonl")
    folder = tmp_path_factory.mktemp("musique") / "index"
    index = Index.build(corpus, folder, IndexOptions(encoder="none"))
    return IndexTool(Engine(index, options=EngineOptions(k=10, stage="bm25")))
