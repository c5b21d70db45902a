"""The comparisons as a table: one row a run and measure, in groups by measure."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from lrat_rank.eval.evaluation import Evaluation
from lrat_rank.eval.report.marks import mark
from lrat_rank.eval.report.wording import p_text, signed
from lrat_rank.eval.statistics.comparison import Comparison

NONE = "–"


@dataclass(frozen=True, slots=True)
class ComparisonTable:
    """Names of the columns, and measure → (run, mark, cells) rows."""

    columns: tuple[str, ...]
    groups: dict[str, list[tuple[str, str, list[str]]]]


def comparison_table(evaluation: Evaluation) -> ComparisonTable:
    """Every comparison of an evaluation, p-values under its correction."""
    cells = _columns(evaluation)
    groups: dict[str, list[tuple[str, str, list[str]]]] = {}
    for one in evaluation.comparisons:
        row = (
            one.run,
            mark(evaluation, one.run, one.measure),
            [write(one) for write in cells.values()],
        )
        groups.setdefault(one.measure, []).append(row)
    return ComparisonTable(tuple(cells), groups)


def _columns(evaluation: Evaluation) -> dict[str, Callable[[Comparison], str]]:
    correction = evaluation.options.correction
    columns: dict[str, Callable[[Comparison], str]] = {
        "Difference": lambda one: signed(one.difference),
        "95 % interval": _interval,
        "Better / same / worse": lambda one: f"{one.wins:,} / {one.ties:,} / {one.losses:,}",
        "p randomised": lambda one: p_text(one.randomization.corrected(correction)),
        "p t-test": lambda one: p_text(one.t_test.corrected(correction)),
        "p Wilcoxon": lambda one: p_text(one.wilcoxon.corrected(correction)),
        "Hedges' g": _effect,
        "Could find": lambda one: _number(one.power.detectable_difference),
        "Queries needed": lambda one: _queries(one.power.queries_needed),
    }
    margin = evaluation.options.equivalence_margin
    if margin is not None:
        columns[f"p within ±{margin:g}"] = lambda one: (
            NONE if one.equivalence is None else p_text(one.equivalence.test.corrected(correction))
        )
    return columns


def _interval(one: Comparison) -> str:
    low, high = one.interval
    return NONE if math.isnan(low) else f"{signed(low, 3)} to {signed(high, 3)}"


def _effect(one: Comparison) -> str:
    return NONE if one.effect.hedges_g is None else signed(one.effect.hedges_g, 2)


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}"


def _queries(value: int | None) -> str:
    return NONE if value is None else f"{value:,}" if value < 100_000 else ">100,000"
