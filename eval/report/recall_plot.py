"""How much of what is relevant stands in the first documents of each run, depth by depth."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lrat_rank.analysis.charts import Chart, Key, linear_axis, log_axis
from lrat_rank.collections import Qrels, Run
from lrat_rank.eval.report.wording import listed, shortened

DEEPEST = 1000
_POINTS = 48
_NAMED_DEPTHS = (1, 5, 10, 20, 50, 100, 200, 500, 1000)
Worth = Mapping[str, Mapping[str, float]]
"""query_id → doc_id → what finding the document is worth, 0 or more."""
RecallTable = tuple[list[int], list[tuple[str, list[str]]]]
"""Depths, and for every run its shares there."""


def worth_of_grades(qrels: Qrels) -> Worth:
    """1 for every relevant document (grade 1 or more): recall as `R@k` counts it.

    >>> worth_of_grades({"q1": {"d1": 2, "d2": 0}})
    {'q1': {'d1': 1.0}}
    """
    return {
        query_id: {doc_id: 1.0 for doc_id, grade in judged.items() if grade >= 1}
        for query_id, judged in qrels.items()
    }


def recall_by_depth(run: Run, worth: Worth, depth: int) -> NDArray[np.float64]:
    """Mean share of a query's worth within the first 1, 2, …, `depth` documents.

    Args:
        run: Queries that it misses count 0.
        worth: The judged queries; one that has nothing to find counts 0.
        depth: 1 or more.

    Returns:
        (depth,) shares in [0, 1], never falling.

    >>> from lrat_rank.collections import rank_by_score
    >>> run = Run("a", {"q1": rank_by_score(["d1", "d2", "d3"], [3.0, 2.0, 1.0])})
    >>> recall_by_depth(run, {"q1": {"d2": 1.0, "d9": 1.0}}, 3).tolist()
    [0.0, 0.5, 0.5]
    """
    found = np.zeros(depth)
    for query_id, worth_of in worth.items():
        total = sum(worth_of.values())
        ranking = run.rankings.get(query_id, ()) if total > 0 else ()
        for place, hit in enumerate(ranking[:depth]):
            found[place] += worth_of.get(hit.doc_id, 0.0) / total if hit.doc_id in worth_of else 0.0
    return np.minimum(found.cumsum() / max(len(worth), 1), 1.0)


def deepest_rank(runs: Mapping[str, Run], worth: Worth) -> int:
    """The length of the longest list of a judged query, 1 to `DEEPEST`."""
    lengths = (len(run.rankings.get(query_id, ())) for run in runs.values() for query_id in worth)
    return min(max(lengths, default=1) or 1, DEEPEST)


def recall_chart(
    name: str, title: str, curves: Mapping[str, NDArray[np.float64]], styles: Mapping[str, str]
) -> Chart:
    """The curves of all runs over depth, on a logarithmic scale.

    Args:
        name: Unique on the page.
        title: What share it is.
        curves: Run name → (depth,) shares, all of one depth.
        styles: Run name → style class.
    """
    depth = len(next(iter(curves.values())))
    depths = np.unique(np.round(np.geomspace(1, depth, _POINTS)).astype(int))
    last = {run: float(curve[-1]) for run, curve in curves.items()}
    chart = Chart(
        name,
        title,
        _summary(last, depth),
        log_axis("depth: documents from the top (log scale)", 1, depth),
        linear_axis("share found", 0, max(*last.values(), 0.01), percent=True),
    )
    for run, curve in curves.items():
        chart.line([(int(d), float(curve[d - 1])) for d in depths], f"series {styles[run]}")
        if depth == 1:
            chart.dot(1, float(curve[0]), styles[run], f"{shortened(run)}: {curve[0]:.1%}")
        chart.keys.append(Key(styles[run], f"{shortened(run)}: {last[run]:.1%}"))
    return chart


def _summary(last: Mapping[str, float], depth: int) -> str:
    within = f"Within the first {'document' if depth == 1 else f'{depth:,} documents'}"
    most = f"{max(last.values()):.1%}"
    # Equal as printed: to call one of two runs with the same figure the best would look wrong.
    best = [run for run, share in last.items() if f"{share:.1%}" == most]
    if len(last) == 1:
        return f"{within}: {most}."
    if len(best) == len(last):
        return f"{within}, {listed(best)} have the same share: {most}."
    return f"{within}, {listed(best)} {'has' if len(best) == 1 else 'have'} the most: {most}."


def recall_table(curves: Mapping[str, NDArray[np.float64]]) -> RecallTable:
    """The numbers behind the curves, at depths people name and at the last.

    >>> recall_table({"a": np.array([0.5, 0.5, 0.75])})
    ([1, 3], [('a', ['50.0%', '75.0%'])])
    """
    depth = len(next(iter(curves.values())))
    depths = sorted({d for d in _NAMED_DEPTHS if d <= depth} | {depth})
    return depths, [(run, [f"{curve[d - 1]:.1%}" for d in depths]) for run, curve in curves.items()]
