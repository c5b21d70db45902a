"""The first stages on a task, as a trained ranker is tested on it."""

from __future__ import annotations

from functools import cache

from lrat_rank.collections import Ranking, Run, rank_by_score
from lrat_rank.eval.measures import parse_measures
from lrat_rank.eval.measures.values import per_query_values
from lrat_rank.features.candidates import CandidateList

from .material import Material
from .results import Result
from .tasks import DEPTH, MEASURE, Task, ndcg
from .trained import FirstStage

RRF = "RRF"
STAGES = {"BM25": "bm25", "dense": "dense"}


@cache
def first_stages(material: Material, task: Task) -> dict[str, dict[str, float]]:
    """First stage → query → nDCG@10; RRF is the order that rankers start from."""
    found = {}
    queries = {one.query_id: one.query for one in task.lists}
    stages = STAGES if material.index.has_dense else {"BM25": "bm25"}
    for name, stage in stages.items():
        run = material.index.retrieve(queries, stage, DEPTH)
        rankings = {one.query_id: _unread(run.rankings[one.query_id], one) for one in task.lists}
        judged = per_query_values(Run("", rankings), task.qrels, parse_measures([MEASURE]))
        found[name] = dict(judged[MEASURE])
    scores = FirstStage(material.index).score(task.lists)
    return found | {RRF: ndcg(task.lists, scores, task.qrels)}


def _unread(ranking: Ranking, one: CandidateList) -> Ranking:
    """Without what the agent has read, which is not to be found again."""
    read = set(one.context.read_doc_ids) if one.context else set()
    left = [hit for hit in ranking if hit.doc_id not in read]
    return rank_by_score([hit.doc_id for hit in left], [hit.score for hit in left])


def as_results(material: Material, tasks: list[Task]) -> dict[str, Result]:
    """The same as results of trainings that never were, so that they enter the same statistics."""
    values: dict[str, dict[str, dict[str, float]]] = {}
    for task in tasks:
        for stage, by_query in first_stages(material, task).items():
            values.setdefault(stage, {})[task.name] = by_query
    return {
        stage: Result(
            arm=stage,
            ranker="",
            seed=0,
            fold=0,
            values=by_task,
            lists=0,
            seconds=0.0,
        )
        for stage, by_task in values.items()
    }
