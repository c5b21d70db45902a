"""Measures by name: what they are, and their values for every query of a run."""

from lrat_rank.eval.measures.by_ir_measures import (
    DEFAULT_MEASURES,
    EXAMPLES,
    PerQuery,
    means,
    parse_measures,
    per_query_values,
    split_measures,
)

__all__ = [
    "DEFAULT_MEASURES",
    "EXAMPLES",
    "PerQuery",
    "means",
    "parse_measures",
    "per_query_values",
    "split_measures",
]
