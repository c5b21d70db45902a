"""Which differences are marked: the randomisation test, under the correction that was chosen."""

from __future__ import annotations

from lrat_rank.eval.evaluation import Evaluation
from lrat_rank.eval.statistics.comparison import Comparison

ALPHA = 0.05
BETTER, WORSE = "▲", "▼"
CORRECTIONS = {
    "holm": "after Holm's correction over the runs compared on one measure",
    "bh": "after Benjamini and Hochberg's correction over the runs compared on one measure",
    "none": "without a correction for comparing several runs",
}
"""What p-values went through, in words."""


def deciding_p(evaluation: Evaluation, comparison: Comparison) -> float | None:
    """The p-value that marks and sentences go by; None where the test was refused."""
    return comparison.randomization.corrected(evaluation.options.correction)


def beyond_chance(evaluation: Evaluation, comparison: Comparison) -> bool:
    """Whether that p-value is below .05."""
    p = deciding_p(evaluation, comparison)
    return p is not None and p < ALPHA


def mark(evaluation: Evaluation, run: str, measure: str) -> str:
    """▲ or ▼ where a run differs from the baseline beyond chance; empty elsewhere."""
    comparison = evaluation.comparison(run, measure)
    if comparison is None or not beyond_chance(evaluation, comparison):
        return ""
    return BETTER if comparison.difference > 0 else WORSE
