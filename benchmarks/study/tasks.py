"""What rankers are tested on: queries with candidates, judgements, and the question of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lrat_rank.collections import Qrels, Run, rank_by_score, read_qrels, read_topics
from lrat_rank.eval.measures import parse_measures
from lrat_rank.eval.measures.values import per_query_values
from lrat_rank.eval.simulation.collection_questions import questions_from_hops
from lrat_rank.features.candidates import CandidateList
from lrat_rank.features.prior import fused_lists
from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.ranker import FloatArray

from .folds import question_of_run

MEASURE = "nDCG@10"
DEPTH = 100
SEARCHES_A_QUESTION = 4


@dataclass(frozen=True, eq=False)
class Task:
    """Queries to order candidates for.

    Attributes:
        name: What the table calls it.
        lists: Queries with candidates: the first stage's, fused by reciprocal rank.
        qrels: Judgements.
        question_of: Query → the question it belongs to, the unit of folds and of statistics.
    """

    name: str
    lists: tuple[CandidateList, ...]
    qrels: Qrels
    question_of: Mapping[str, str]

    @property
    def questions(self) -> set[str]:
        """Of all its queries."""
        return set(self.question_of.values())

    def part(self, questions: set[str]) -> list[CandidateList]:
        """The lists of some questions."""
        return [one for one in self.lists if self.question_of[one.query_id] in questions]


def ndcg(
    lists: Sequence[CandidateList], scores: Sequence[FloatArray], qrels: Qrels
) -> dict[str, float]:
    """Query → nDCG@10; documents outside the candidates count in the ideal order."""
    rankings = {
        one.query_id: rank_by_score(one.doc_ids, np.asarray(of, dtype=np.float64).tolist())
        for one, of in zip(lists, scores, strict=True)
    }
    judged = {query_id: qrels[query_id] for query_id in rankings}
    return dict(per_query_values(Run("", rankings), judged, parse_measures([MEASURE]))[MEASURE])


def candidates(
    source: FeatureSource, queries: Mapping[str, str], depth: int = DEPTH
) -> tuple[CandidateList, ...]:
    """The first stages' fused list of each query."""
    doc_ids = source.doc_ids
    fused = fused_lists(source, list(queries.values()), depth=depth)
    return tuple(
        CandidateList(query_id, query, tuple(doc_ids[row] for row in of.listed.tolist()))
        for (query_id, query), of in zip(queries.items(), fused, strict=True)
    )


def topics_task(
    name: str, folder: Path, source: FeatureSource, question_of: Mapping[str, str]
) -> Task:
    """A collection's own topics."""
    qrels = read_qrels(folder / "qrels" / "test.tsv")
    topics = {q: text for q, text in read_topics(folder / "queries.jsonl").items() if q in qrels}
    return Task(name, candidates(source, topics), qrels, {q: question_of[q] for q in topics})


def sub_questions_task(
    name: str, folder: Path, source: FeatureSource, question_of: Mapping[str, str]
) -> Task:
    """The sub-questions of all questions, with the documents that answer them."""
    queries, qrels, belongs = {}, {}, {}
    for question in questions_from_hops(folder / "hops.jsonl"):
        for number, hop in enumerate(question.hops):
            query_id = f"{question.question_id}#{number}"
            queries[query_id] = hop.query
            qrels[query_id] = dict.fromkeys(hop.doc_ids, 1)
            belongs[query_id] = question_of[question.question_id]
    return Task(name, candidates(source, queries), qrels, belongs)


def searches_task(
    name: str,
    labels: Sequence[LabelledList],
    evidence: Mapping[str, set[str]],
    source: FeatureSource,
    question_of: Mapping[str, str],
) -> Task:
    """Searches that agents made, with what they knew: find evidence they have not read yet.

    What the agent has read leaves the candidates and the judgements, as in relevance feedback, so
    that pushing down what was read gains nothing. Searches with no evidence left to find are not
    taken; of the others, up to four a question.

    Args:
        name: Of the task.
        labels: Lists of single searches, for their queries and contexts.
        evidence: Question → documents that answer it or one of its sub-questions.
        source: The index.
        question_of: Question → the one that stands for it.
    """
    taken: dict[str, int] = {}
    queries, contexts, qrels, belongs = {}, {}, {}, {}
    order = np.random.default_rng(0).permutation(len(labels))
    for one in (labels[place] for place in order):
        question = question_of_run(one.trajectory_id)
        left = evidence.get(question, set()) - set(one.context.read_doc_ids)
        if not left or taken.get(question, 0) == SEARCHES_A_QUESTION:
            continue
        taken[question] = taken.get(question, 0) + 1
        queries[one.query_id], contexts[one.query_id] = one.query, one.context
        qrels[one.query_id] = dict.fromkeys(sorted(left), 1)
        belongs[one.query_id] = question_of[question]
    lists = []
    for found in candidates(source, queries):
        context = contexts[found.query_id]
        unread = tuple(d for d in found.doc_ids if d not in set(context.read_doc_ids))
        lists.append(CandidateList(found.query_id, found.query, unread, context))
    return Task(name, tuple(lists), qrels, belongs)
