"""The values of measures of both families, for every judged query of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lrat_rank.collections import Gains, Qrels, Run
from lrat_rank.errors import InputError
from lrat_rank.eval.measures.by_ir_measures import grade_values
from lrat_rank.eval.measures.names import Measure
from lrat_rank.eval.measures.on_gains import GainMeasure, gain_values

PerQuery = dict[str, dict[str, float]]
"""measure → query_id → value."""


def per_query_values(
    run: Run, qrels: Qrels, measures: Sequence[Measure], *, gains: Gains | None = None
) -> PerQuery:
    """The value of every measure for every query of the qrels.

    A query that the run does not answer has the value 0. Queries outside the qrels are left out,
    those of the gains too.

    Args:
        run: What to score.
        qrels: Integer grades.
        measures: As `parse_measures` gives them.
        gains: For the measures on gains; they must cover the queries of the qrels.

    Raises:
        InputError: A measure has no value for some judged query, its library fails on this data,
            or gains are missing or do not fit the qrels or a measure's `max_gain`.

    >>> from lrat_rank.collections import rank_by_score
    >>> from lrat_rank.eval.measures import parse_measures
    >>> run = Run("a", {"q1": rank_by_score(["d1", "d2"], [1.0, 2.0])})
    >>> qrels, gains = {"q1": {"d1": 1}}, {"q1": {"d1": 0.5, "d2": 0.25}}
    >>> per_query_values(run, qrels, parse_measures(["RR", "gDCG@1"]), gains=gains)
    {'RR': {'q1': 0.5}, 'gDCG@1': {'q1': 0.25}}
    """
    on_gains = [one for one in measures if isinstance(one, GainMeasure)]
    on_grades = [one for one in measures if not isinstance(one, GainMeasure)]
    found = grade_values(run, qrels, on_grades) if on_grades else {}
    if on_gains:
        found |= gain_values(run, list(qrels), on_gains, _given(gains, on_gains))
    return {str(measure): found[str(measure)] for measure in measures}


def _given(gains: Gains | None, measures: Sequence[GainMeasure]) -> Gains:
    if not gains:
        raise InputError(
            "gains",
            must="given for measures on gains",
            got=f"none, for {', '.join(map(str, measures))}",
            do="Give --gains FILE; qrels without negative grades are such a file too.",
        )
    return gains


def means(values: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The mean over queries of each measure."""
    return {name: sum(by_query.values()) / len(by_query) for name, by_query in values.items()}
