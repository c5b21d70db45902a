"""Runs fused query by query: reciprocal ranks, CombSUM, CombMNZ and weighted sums."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lrat_rank.collections import Ranking, Run, rank_by_score
from lrat_rank.errors import InputError
from lrat_rank.features.prior import RRF_K
from lrat_rank.models.fusion.normalising import NORMALISERS, Values
from lrat_rank.registry import Registry


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """What several lists of one query say of each document that one of them holds.

    Attributes:
        doc_ids: In the order the lists bring them.
        values: (documents, lists) comparable scores; 0 where a list lacks the document.
        present: (documents, lists) whether the list holds the document.
    """

    doc_ids: list[str]
    values: Values
    present: NDArray[np.bool_]


def reciprocal_ranks(scores: Values, k: int = RRF_K) -> Values:
    """1 / (k + rank) for a list, best first; k damps the lead of the top ranks."""
    values: Values = np.reciprocal(k + np.arange(1.0, len(scores) + 1))
    return values


def weighted_sum(table: ScoreTable, weights: Sequence[float]) -> Values:
    """Σ weight · value over the lists: (documents,). With all weights 1 it is CombSUM.

    Source: Fox and Shaw, "Combination of Multiple Searches", TREC-2 1994 (CombSUM).
    """
    total = np.zeros(len(table.doc_ids))
    for weight, column in zip(weights, table.values.T, strict=True):
        total += weight * column
    return total


def comb_mnz(table: ScoreTable, weights: Sequence[float]) -> Values:
    """CombSUM times the number of lists that hold the document: (documents,).

    Source: Fox and Shaw, TREC-2 1994 (CombMNZ).
    """
    lists: NDArray[np.int64] = table.present.sum(axis=1)
    return weighted_sum(table, weights) * lists


@dataclass(frozen=True, slots=True)
class FusionMethod:
    """A way to fuse.

    Attributes:
        summary: The formula, in a line.
        combine: (table, one weight a list) → (documents,) totals.
        by_rank: Takes reciprocal ranks for values, so that no normalisation applies.
        weighted: Takes weights.
    """

    summary: str
    combine: Callable[[ScoreTable, Sequence[float]], Values]
    by_rank: bool = False
    weighted: bool = False


METHODS: Registry[FusionMethod] = Registry("fusion method")
METHODS.add("rrf", FusionMethod("Σ 1 / (k + rank)", weighted_sum, by_rank=True))
METHODS.add("combsum", FusionMethod("Σ score", weighted_sum))
METHODS.add("combmnz", FusionMethod("Σ score · lists that hold the document", comb_mnz))
METHODS.add("weighted", FusionMethod("Σ weight · score", weighted_sum, weighted=True))


@dataclass(frozen=True, slots=True)
class FusionOptions:
    """How to fuse.

    Attributes:
        method: A name of `METHODS`.
        normalise: A name of `NORMALISERS`; `rrf` does not look at it.
        k: Of `rrf`, ≥ 0.
    """

    method: str = "rrf"
    normalise: str = "min-max"
    k: int = RRF_K

    def __post_init__(self) -> None:
        METHODS.get(self.method)
        NORMALISERS.get(self.normalise)
        if self.k < 0:
            raise InputError("k of rrf", must="0 or more", got=self.k)

    def values(self, ranking: Ranking) -> Values:
        """One list's scores, made comparable: (documents,)."""
        scores = np.array([hit.score for hit in ranking], dtype=np.float64)
        if METHODS.get(self.method).by_rank:
            return reciprocal_ranks(scores, self.k)
        return NORMALISERS.get(self.normalise)(scores) if len(scores) else scores


def score_table(lists: Sequence[Sequence[str]], values: Sequence[Values]) -> ScoreTable:
    """Lists of doc_ids and their values laid beside each other."""
    rows: dict[str, int] = {}
    for doc_ids in lists:
        for doc_id in doc_ids:
            rows.setdefault(doc_id, len(rows))
    table = np.zeros((len(rows), len(lists)))
    present = np.zeros(table.shape, dtype=bool)
    for column, (doc_ids, found) in enumerate(zip(lists, values, strict=True)):
        at = [rows[doc_id] for doc_id in doc_ids]
        table[at, column] = found
        present[at, column] = True
    return ScoreTable(list(rows), table, present)


def score_tables(
    runs: Sequence[Run], options: FusionOptions, *, only: Collection[str] | None = None
) -> dict[str, ScoreTable]:
    """A table for every query that a run answers, or for those of them in `only`."""
    query_ids = dict.fromkeys(query_id for run in runs for query_id in run.rankings)
    tables = {}
    for query_id in query_ids if only is None else [one for one in query_ids if one in only]:
        rankings = [run.rankings.get(query_id, []) for run in runs]
        lists = [[hit.doc_id for hit in ranking] for ranking in rankings]
        tables[query_id] = score_table(lists, [options.values(ranking) for ranking in rankings])
    return tables


def fused_tables(
    tables: Mapping[str, ScoreTable], method: str, weights: Sequence[float], *, tag: str
) -> Run:
    """The run of the tables' totals.

    Raises:
        InputError: A total is beyond the range of floats.
    """
    combine = METHODS.get(method).combine
    scores = {}
    for query_id, table in tables.items():
        with np.errstate(over="ignore", invalid="ignore"):
            totals = combine(table, weights)
        finite = np.isfinite(totals)
        if not finite.all():
            beyond = int(finite.argmin())
            raise InputError(
                "fused score",
                must="a finite number",
                got=f"{totals[beyond]:g}",
                where=f"query {query_id}, document {table.doc_ids[beyond]}",
                do="Normalise the scores, or give smaller weights.",
            )
        scores[query_id] = dict(zip(table.doc_ids, totals.tolist(), strict=True))
    return Run.from_scores(tag, scores)


def fuse_runs(
    runs: Sequence[Run],
    options: FusionOptions | None = None,
    *,
    weights: Sequence[float] | None = None,
    depth: int | None = None,
    tag: str = "fused",
) -> Run:
    """Fuse runs query by query; a run that lacks a document or a query adds nothing there.

    Args:
        runs: Two or more.
        options: Method, normalisation and k; reciprocal rank fusion when None.
        weights: For the method "weighted": one finite number a run.
        depth: Documents a query to keep; all when None.
        tag: Of the fused run.

    Raises:
        InputError: Fewer than two runs, or weights that the method does not take, that it lacks,
            or that are not one finite number a run; a fused score beyond the range of floats.

    Source: Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion Outperforms Condorcet and
    Individual Rank Learning Methods", SIGIR 2009 (rrf); Fox and Shaw, TREC-2 1994 (the others).

    >>> one = Run.from_scores("one", {"q": {"a": 2.0, "b": 1.0}})
    >>> two = Run.from_scores("two", {"q": {"b": 9.0, "c": 8.0}})
    >>> fused = fuse_runs([one, two], FusionOptions("combmnz", "rank"))
    >>> [(hit.doc_id, hit.score) for hit in fused.rankings["q"]]
    [('b', 3.0), ('a', 1.0), ('c', 0.5)]
    """
    options = options or FusionOptions()
    if len(runs) < 2:
        raise InputError("runs to fuse", must="two or more", got=len(runs))
    given = _weights(weights, len(runs), options.method)
    fused = fused_tables(score_tables(runs, options), options.method, given, tag=tag)
    if depth is None:
        return fused
    return Run(tag, {query_id: hits[:depth] for query_id, hits in fused.rankings.items()})


def _weights(weights: Sequence[float] | None, runs: int, method: str) -> Sequence[float]:
    takes = METHODS.get(method).weighted
    if takes != (weights is not None):
        raise InputError(
            "weights",
            must="given" if takes else "left out",
            got="none" if takes else "some",
            where=f"method {method}",
        )
    if weights is None:
        return [1.0] * runs
    if len(weights) != runs or not np.isfinite(weights).all() or not any(weights):
        raise InputError(
            "weights", must=f"{runs} finite numbers, one a run, not all 0", got=list(weights)
        )
    return weights


def reciprocal_rank_fusion(
    rankings: Sequence[Ranking], *, depth: int | None = None, k: int = RRF_K
) -> Ranking:
    """Fuse rankings by Σ 1 / (k + rank), rank from 1; a list that lacks a document adds nothing.

    Args:
        rankings: Lists of one query, best first.
        depth: How many to keep; all when None.
        k: Damps the top ranks' lead.

    Source: Cormack, Clarke and Büttcher, SIGIR 2009.

    >>> one = rank_by_score(["a", "b"], [2.0, 1.0])
    >>> two = rank_by_score(["b", "c"], [9.0, 8.0])
    >>> [(hit.doc_id, round(hit.score, 5)) for hit in reciprocal_rank_fusion([one, two])]
    [('b', 0.03252), ('a', 0.01639), ('c', 0.01613)]
    """
    options = FusionOptions("rrf", k=k)
    lists = [[hit.doc_id for hit in ranking] for ranking in rankings]
    table = score_table(lists, [options.values(ranking) for ranking in rankings])
    totals = weighted_sum(table, [1.0] * len(rankings))
    return rank_by_score(table.doc_ids, totals.tolist(), depth=depth)
