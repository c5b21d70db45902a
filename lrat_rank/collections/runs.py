"""Runs: what a system returned for each query, best first, and TREC's six-column files."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lrat_rank.errors import InputError
from lrat_rank.files import iter_lines, write_lines


@dataclass(frozen=True, slots=True)
class ScoredDocument:
    """A document with its score; higher is better."""

    doc_id: str
    score: float


Ranking = list[ScoredDocument]


@dataclass(frozen=True, slots=True)
class Run:
    """A system's rankings by query_id, each in the order of `rank_by_score`."""

    tag: str
    rankings: dict[str, Ranking]

    def scores(self) -> dict[str, dict[str, float]]:
        """query_id → doc_id → score, the form evaluation libraries take."""
        return {
            query_id: {hit.doc_id: hit.score for hit in ranking}
            for query_id, ranking in self.rankings.items()
        }


def rank_by_score(
    doc_ids: Sequence[str], scores: Sequence[float], *, depth: int | None = None
) -> Ranking:
    """Order documents by score; ties go to the larger doc_id, as in trec_eval.

    The one place where an order is made from scores, so that the list shown, the run written and
    the run evaluated agree.

    Args:
        doc_ids: The documents.
        scores: One float each.
        depth: How many to keep; all when None.

    Raises:
        InputError: A score is NaN, which has no place in an order.

    >>> [hit.doc_id for hit in rank_by_score(["a", "b", "c"], [1.0, 2.0, 1.0])]
    ['b', 'c', 'a']
    """
    nowhere = next((i for i, score in enumerate(scores) if math.isnan(score)), None)
    if nowhere is not None:
        raise InputError("score", must="a number", got="NaN", where=f"document {doc_ids[nowhere]}")
    order = sorted(zip(scores, doc_ids, strict=True), reverse=True)
    return [ScoredDocument(doc_id, float(score)) for score, doc_id in order[:depth]]


def read_run(path: Path | str) -> Run:
    """Read a TREC run `query_id Q0 doc_id rank score tag`; the order comes from the scores.

    Raises:
        InputError: A line has another shape, a score is not a finite number, or a document comes
            twice for one query; file and line are named.
    """
    scores: dict[str, dict[str, float]] = {}
    tag = ""
    for number, line in iter_lines(path, "run"):
        where = f"{path}:{number}"
        fields = line.split()
        if len(fields) != 6:
            raise InputError(
                "run line",
                must="query_id Q0 doc_id rank score tag",
                got=_shape(fields),
                where=where,
                do="Give the qrels first, then the runs." if len(fields) in (3, 4) else None,
            )
        query_id, _, doc_id, _, text, tag = fields
        documents = scores.setdefault(query_id, {})
        if doc_id in documents:
            raise InputError(
                "run",
                must="one line for each query and document",
                got=f"{query_id} {doc_id} a second time",
                where=where,
            )
        documents[doc_id] = _score(text, where)
    rankings = {
        query_id: rank_by_score(list(documents), list(documents.values()))
        for query_id, documents in scores.items()
    }
    return Run(tag=tag, rankings=rankings)


def _shape(fields: list[str]) -> str:
    kind = {4: ", which is a qrels file", 3: ", which is a BEIR qrels file"}
    return f"{len(fields)} columns{kind.get(len(fields), '')}"


def _score(text: str, where: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        raise InputError("score", must="a finite number", got=repr(text), where=where)
    return score


def write_run(path: Path | str, run: Run) -> None:
    """Write a run in TREC's six columns; scores keep every digit, ranks start at 1.

    Raises:
        InputError: An id holds white space, which six columns cannot carry.
    """
    write_lines(path, _run_lines(run.rankings, run.tag or "lrat-rank"))


def _run_lines(rankings: Mapping[str, Ranking], tag: str) -> list[str]:
    lines = []
    for query_id, ranking in rankings.items():
        for rank, hit in enumerate(ranking, start=1):
            if len(f"{query_id} {hit.doc_id} {tag}".split()) != 3:
                raise InputError(
                    "ids in a TREC run",
                    must="without white space",
                    got=f"{query_id!r} {hit.doc_id!r} {tag!r}",
                )
            lines.append(f"{query_id} Q0 {hit.doc_id} {rank} {float(hit.score)!r} {tag}")
    return lines
