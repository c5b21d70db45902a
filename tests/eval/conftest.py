"""Random collections: graded qrels and runs that find some of the relevant documents."""

from collections.abc import Callable

import numpy as np
import pytest

from lrat_rank.collections import Qrels, Run, rank_by_score

DOCUMENTS = 60


@pytest.fixture
def qrels() -> Qrels:
    generator = np.random.default_rng(7)
    return {
        f"q{query}": {
            f"d{document}": int(generator.integers(0, 4))
            for document in generator.choice(DOCUMENTS, size=20, replace=False)
        }
        for query in range(25)
    }


@pytest.fixture
def make_run(qrels: Qrels) -> Callable[..., Run]:
    """A run whose scores follow the grades as far as `skill` says; `decimals` makes ties."""

    def make(tag: str, skill: float, *, seed: int = 0, decimals: int = 6, depth: int = 40) -> Run:
        generator = np.random.default_rng(seed)
        doc_ids = [f"d{document}" for document in range(DOCUMENTS)]
        rankings = {}
        for query_id, judged in qrels.items():
            grades = np.array([judged.get(doc_id, 0) for doc_id in doc_ids])
            scores = (skill * grades + generator.normal(size=DOCUMENTS)).round(decimals)
            rankings[query_id] = rank_by_score(doc_ids, scores.tolist(), depth=depth)
        return Run(tag, rankings)

    return make
