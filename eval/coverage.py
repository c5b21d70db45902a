"""What a run and the qrels do not share: missing queries, unjudged documents, tied scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lrat_rank.collections import Qrels, Run
from lrat_rank.errors import InputError
from lrat_rank.registry import nearest

JUDGED_DEPTH = 10
_SHOWN = 3


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
    """

    missing_query_ids: tuple[str, ...]
    extra_query_ids: tuple[str, ...]
    judged_at_10: float
    tied_query_ids: tuple[str, ...]


def coverage(run: Run, qrels: Qrels, *, name: str | None = None) -> Coverage:
    """What `run` covers of `qrels`; `name` is what to call the run in an error.

    Raises:
        InputError: Not one query of the run is judged.
    """
    answered = {query_id: ranking for query_id, ranking in run.rankings.items() if ranking}
    shared = sorted(query_id for query_id in qrels if query_id in answered)
    if not shared:
        raise _no_query_in_common(list(answered), list(qrels), name or run.tag)
    shares = []
    tied = []
    for query_id in shared:
        judged, ranking = qrels[query_id], answered[query_id]
        top = ranking[:JUDGED_DEPTH]
        shares.append(sum(hit.doc_id in judged for hit in top) / len(top))
        grades_at: dict[np.float32, set[int]] = {}
        for hit in ranking:
            score = _single_precision(hit.score)
            grades_at.setdefault(score, set()).add(max(judged.get(hit.doc_id, 0), 0))
        if any(len(grades) > 1 for grades in grades_at.values()):
            tied.append(query_id)
    return Coverage(
        missing_query_ids=tuple(sorted(set(qrels) - set(shared))),
        extra_query_ids=tuple(sorted(set(answered) - set(qrels))),
        judged_at_10=float(np.mean(shares)),
        tied_query_ids=tuple(tied),
    )


def _single_precision(score: float) -> np.float32:
    with np.errstate(over="ignore"):
        return np.float32(score)


def _no_query_in_common(run_ids: list[str], judged_ids: list[str], name: str) -> InputError:
    pairs = ((ours, nearest(ours, judged_ids)) for ours in run_ids[:_SHOWN])
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
