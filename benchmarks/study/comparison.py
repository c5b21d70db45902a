"""Means, intervals and paired tests with the question as the unit.

Sub-questions of one question, and the same question under several seeds, are not independent: each
question counts once, with the mean of all it was tested with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.eval.statistics.corrections import holm
from lrat_rank.eval.statistics.intervals import Interval, bootstrap_intervals
from lrat_rank.eval.statistics.significance import randomization_test

from .results import Result

ByQuestion = dict[str, float]
"""Question → its mean nDCG@10."""


@dataclass(frozen=True)
class Mean:
    """A mean over questions with its 95 % bootstrap interval."""

    value: float
    interval: Interval
    questions: int


@dataclass(frozen=True)
class Difference:
    """One arm less another, over the questions that both were tested with.

    Attributes:
        value: Mean difference.
        interval: Its 95 % bootstrap interval.
        p: Of the randomisation test.
        p_holm: The same corrected over its family; None before the correction.
        questions: In both.
    """

    value: float
    interval: Interval
    p: float
    questions: int
    p_holm: float | None = None


def by_question(results: Iterable[Result], task: str, question_of: Mapping[str, str]) -> ByQuestion:
    """Each question's mean: over its queries in a training, then over the trainings."""
    found: dict[str, list[float]] = defaultdict(list)
    for one in results:
        within: dict[str, list[float]] = defaultdict(list)
        for query_id, value in one.values.get(task, {}).items():
            within[question_of[query_id]].append(value)
        for question, values in within.items():
            found[question].append(float(np.mean(values)))
    return {question: float(np.mean(values)) for question, values in found.items()}


def mean(values: ByQuestion) -> Mean:
    """The mean over questions."""
    column = np.array([values[question] for question in sorted(values)])
    [interval] = bootstrap_intervals(column[:, None])
    return Mean(float(column.mean()), interval, len(column))


def difference(one: ByQuestion, other: ByQuestion) -> Difference | None:
    """`one` less `other`, paired by question; None with fewer than two questions in both.

    >>> better = difference({"a": 0.5, "b": 0.7, "c": 0.9}, {"a": 0.4, "b": 0.5, "c": 0.6})
    >>> round(better.value, 6), better.p
    (0.2, 0.25)
    """
    shared = sorted(one.keys() & other.keys())
    if len(shared) < 2:
        return None
    column = np.array([one[question] - other[question] for question in shared])
    [interval] = bootstrap_intervals(column[:, None])
    try:
        p = randomization_test(column)
    except InputError:
        p = 1.0
    return Difference(float(column.mean()), interval, p, len(shared))


def corrected(differences: Sequence[Difference | None]) -> list[Difference | None]:
    """The differences of one family, their p-values corrected after Holm."""
    tested = [one for one in differences if one is not None]
    found = iter(holm([one.p for one in tested]))
    return [None if one is None else replace(one, p_holm=next(found)) for one in differences]
