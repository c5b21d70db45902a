"""Measures by name, on grades and on gains, and their values for every query of a run."""

from lrat_rank.eval.measures.names import (
    DEFAULT_MEASURES,
    EXAMPLES,
    Measure,
    parse_measures,
    split_measures,
)
from lrat_rank.eval.measures.on_gains import queries_without_gain
from lrat_rank.eval.measures.values import PerQuery, means, per_query_values

__all__ = [
    "DEFAULT_MEASURES",
    "EXAMPLES",
    "Measure",
    "PerQuery",
    "means",
    "parse_measures",
    "per_query_values",
    "queries_without_gain",
    "split_measures",
]
