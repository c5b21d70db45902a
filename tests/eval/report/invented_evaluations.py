"""Invented runs, judgements and texts for the page of an evaluation."""

import random

from lrat_rank.collections import Document, Run
from lrat_rank.eval.evaluation import Evaluation, evaluate_runs
from lrat_rank.eval.report.page import PageSources

HOSTILE = "<script>alert(1)</script>&\"'"
MEASURES = ("nDCG@10", "P(rel=2)@5", "AP")


def invented(
    queries: int,
    runs: int,
    *,
    baseline: bool = True,
    mark: str = "",
    longer: int = 0,
    measures: tuple[str, ...] = MEASURES,
    depth: int = 20,
) -> tuple[Evaluation, PageSources]:
    """An evaluation and what its page needs; `mark` and `longer` go into every name and id."""
    rng = random.Random(7)
    tail = mark + "-long" * longer
    pool = [f"d{number}{tail}" for number in range(200)]
    qrels = {
        f"q{number}{tail}": {doc_id: rng.randint(0, 3) for doc_id in rng.sample(pool, 6)}
        for number in range(queries)
    }
    made = {}
    for number in range(runs):
        scores = {}
        for query_id, judged in qrels.items():
            shown = [*rng.sample(pool, depth), *list(judged)[: number % 4 + 1]]
            lift = {doc_id: 0.2 * (number + 1) for doc_id, grade in judged.items() if grade}
            scores[query_id] = {d: rng.random() + lift.get(d, 0.0) for d in shown}
        made[f"run {number}{tail}"] = Run.from_scores(f"run {number}{tail}", scores)
    sources = PageSources(
        qrels,
        made,
        topics={query_id: f"What is {query_id}?" for query_id in qrels},
        documents=[Document(doc_id, "A text.", f"Title of {doc_id}") for doc_id in pool],
    )
    against = next(iter(made)) if baseline else None
    return evaluate_runs(qrels, made, measures, baseline=against), sources
