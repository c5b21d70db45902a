"""What a run and the qrels do not share: missing queries, unjudged documents, tied scores."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from lrat_rank.collections import Qrels, Run
from lrat_rank.collections.runs import RankColumn
from lrat_rank.errors import InputError
from lrat_rank.registry import nearest

JUDGED_DEPTH = 10
_SHOWN = 3
_SEARCHED = 2000


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a run and the qrels speak of the same queries and documents.

    Attributes:
        missing_query_ids: Judged queries for which the run returned nothing; they count 0.
        extra_query_ids: Queries of the run without qrels; they are left out.
        judged_at_10: Share of the first ten documents that have a grade, in [0, 1]: the mean over
            the judged queries that the run answers.
        tied_query_ids: Queries where documents of different grades share a score in 32 bits, the
            precision of trec_eval; there the order, and so the value, hangs on document ids.
        alike_query_ids: Pairs of a query without qrels and a missing one that differ only in
            letter case, punctuation, leading zeros or the letters around a number, and so may be
            one query under two spellings.
        unmatched_doc_id: Where not one document of the run is judged for its query: a document of
            the run and the judged one spelled most like it (empty where none is).
        rank_column: What the rank column of the run's file said, where there was one.
    """

    missing_query_ids: tuple[str, ...]
    extra_query_ids: tuple[str, ...]
    judged_at_10: float
    tied_query_ids: tuple[str, ...]
    alike_query_ids: tuple[tuple[str, str], ...] = ()
    unmatched_doc_id: tuple[str, str] | None = None
    rank_column: RankColumn | None = None


def coverage(run: Run, qrels: Qrels, *, name: str | None = None) -> Coverage:
    """What `run` covers of `qrels`; `name` is what to call the run in an error.

    Raises:
        InputError: Not one query of the run is judged.
    """
    answered = {query_id: hits for query_id, hits in run.scores().items() if hits}
    shared = sorted(query_id for query_id in qrels if query_id in answered)
    if not shared:
        raise _no_query_in_common(list(answered), list(qrels), name or run.tag)
    shares: list[float] = []
    tied: list[str] = []
    for query_id in shared:
        judged, hits = qrels[query_id], answered[query_id]
        values = np.fromiter(hits.values(), dtype=np.float64, count=len(hits))
        top = _top(hits, values)
        shares.append(sum(doc_id in judged for doc_id in top) / len(top))
        if _tied(hits, values, judged):
            tied.append(query_id)
    missing = tuple(sorted(qrels.keys() - answered.keys()))
    extra = tuple(sorted(answered.keys() - qrels.keys()))
    met = any(shares) or any(not qrels[one].keys().isdisjoint(answered[one]) for one in shared)
    return Coverage(
        missing_query_ids=missing,
        extra_query_ids=extra,
        judged_at_10=float(np.mean(shares)),
        tied_query_ids=tuple(tied),
        alike_query_ids=_alike(extra, missing),
        unmatched_doc_id=None if met else _unmatched(answered[shared[0]], qrels[shared[0]]),
        rank_column=run.rank_column,
    )


def _top(hits: Mapping[str, float], values: NDArray[np.float64]) -> list[str]:
    """The first documents in the order of `rank_by_score`, without ordering the others."""
    if len(values) <= JUDGED_DEPTH:
        return list(hits)
    least = np.partition(values, -JUDGED_DEPTH)[-JUDGED_DEPTH]
    doc_ids, places = list(hits), np.flatnonzero(values >= least).tolist()
    best = sorted(((values[place], doc_ids[place]) for place in places), reverse=True)
    return [doc_id for _, doc_id in best[:JUDGED_DEPTH]]


def _tied(
    hits: Mapping[str, float], values: NDArray[np.float64], judged: Mapping[str, int]
) -> bool:
    """Whether two documents of different grades share a score in 32 bits."""
    with np.errstate(over="ignore"):
        single = values.astype(np.float32)
    ordered = np.sort(single)
    repeated = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(repeated):
        return False
    at: dict[float, int] = {}
    doc_ids = list(hits)
    for place in np.flatnonzero(np.isin(single, repeated)).tolist():
        grade = max(judged.get(doc_ids[place], 0), 0)
        if at.setdefault(float(single[place]), grade) != grade:
            return True
    return False


def _alike(extra: Iterable[str], missing: Iterable[str]) -> tuple[tuple[str, str], ...]:
    by_key: dict[str, list[str]] = {}
    for query_id in missing:
        by_key.setdefault(_spelling(query_id), []).append(query_id)
    pairs = ((query_id, by_key.get(_spelling(query_id), [])) for query_id in extra)
    return tuple((query_id, found[0]) for query_id, found in pairs if len(found) == 1)


def _spelling(query_id: str) -> str:
    """What is left of an id without case, punctuation, and letters around a single number.

    >>> _spelling("Q-0301") == _spelling("301"), _spelling("MB2") == _spelling("mb_2")
    (True, True)
    """
    numbers = re.findall(r"\d+", query_id)
    if len(numbers) == 1:
        return numbers[0].lstrip("0") or "0"
    return "".join(re.findall(r"\w+", query_id.casefold())).replace("_", "")


def _unmatched(hits: Mapping[str, float], judged: Iterable[str]) -> tuple[str, str]:
    known = list(islice(judged, _SEARCHED))
    ours = list(islice(hits, _SHOWN))
    found = ((doc_id, nearest(doc_id, known)) for doc_id in ours)
    return next(((doc_id, like) for doc_id, like in found if like), (ours[0], ""))


def _no_query_in_common(run_ids: list[str], judged_ids: list[str], name: str) -> InputError:
    pairs = ((ours, nearest(ours, judged_ids[:_SEARCHED])) for ours in run_ids[:_SHOWN])
    alike = next((f" ({ours!r} looks like {theirs!r})" for ours, theirs in pairs if theirs), "")
    return InputError(
        f"query ids of run {name}",
        must=f"among those of the qrels ({_some(judged_ids)})",
        got=f"{_some(run_ids)}{alike}",
        do="Give the qrels that belong to this run, or mend the ids.",
    )


def _some(ids: list[str]) -> str:
    shown = ", ".join(repr(one) for one in ids[:_SHOWN])
    return f"{shown}, … {len(ids)} in all" if len(ids) > _SHOWN else shown or "none"
