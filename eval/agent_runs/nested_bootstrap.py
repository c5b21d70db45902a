"""Bootstrap for means over questions of means over a question's runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lrat_rank.eval.statistics.intervals import CONFIDENCE, RESAMPLES, Interval

_DRAWS_AT_ONCE = 2_000_000

Groups = Sequence[NDArray[np.float64]]
"""One array a question, (runs of it,), one run or more."""


def nested_interval(groups: Groups, *, seed: int = 0) -> Interval:
    """95 % percentile interval of the mean over questions of the mean over a question's runs.

    A resample draws questions with replacement, and from each question drawn as many runs as it
    has, with replacement too. So more runs of the same questions do not make up for few questions:
    what differs between questions does not average out over seeds. The second draw adds the
    spread inside a question to a spread of question means that holds part of it already, so the
    interval is never too narrow for that reason, and somewhat wide where runs of one question
    differ much more than questions do.

    Args:
        groups: The runs of each question.
        seed: Of the generator; the same seed gives the same interval.

    Returns:
        (NaN, NaN) where there are fewer than two questions.

    Source: Davison and Hinkley, Bootstrap Methods and their Application (1997), section 3.8,
    resampling of nested data at both levels; Efron and Tibshirani (1993), section 13.3, for the
    percentiles.

    >>> nested_interval([np.array([1.0, 1.0]), np.array([1.0])])
    Interval(low=1.0, high=1.0)
    """
    return _percentiles(_resampled_means([groups], seed=seed)[:, 0], questions=len(groups))


def nested_difference_interval(baseline: Groups, other: Groups, *, seed: int = 0) -> Interval:
    """The same for the mean of `other` minus the mean of `baseline` on the same questions.

    A resample draws the same questions for both, and the runs of each apart.

    >>> nested_difference_interval([np.zeros(2)] * 3, [np.ones(1)] * 3)
    Interval(low=1.0, high=1.0)
    """
    means = _resampled_means([baseline, other], seed=seed)
    return _percentiles(means[:, 1] - means[:, 0], questions=len(baseline))


def _percentiles(means: NDArray[np.float64], *, questions: int) -> Interval:
    if questions < 2:
        return Interval(np.nan, np.nan)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(float(low), float(high))


def _resampled_means(sides: Sequence[Groups], *, seed: int) -> NDArray[np.float64]:
    """(resamples, sides): every side sees the same questions in a resample."""
    generator = np.random.default_rng(seed)
    padded = [_padded(side) for side in sides]
    questions = len(sides[0])
    most = max(values.shape[1] for values, _ in padded)
    rows = max(1, _DRAWS_AT_ONCE // (questions * most))
    means = np.empty((RESAMPLES, len(sides)))
    for start in range(0, RESAMPLES, rows):
        count = min(rows, RESAMPLES - start)
        drawn = generator.integers(questions, size=(count, questions))
        for side, (values, counts) in enumerate(padded):
            by_question = _means_of_drawn_runs(generator, drawn, values, counts)
            means[start : start + count, side] = by_question.mean(axis=1)
    return means


def _padded(groups: Groups) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Values (questions, most runs of one), padded with 0, and how many runs each has."""
    counts = np.array([len(group) for group in groups], dtype=np.int64)
    values = np.zeros((len(groups), int(counts.max(initial=1))))
    for row, group in zip(values, groups, strict=True):
        row[: len(group)] = group
    return values, counts


def _means_of_drawn_runs(
    generator: np.random.Generator,
    drawn: NDArray[np.int64],
    values: NDArray[np.float64],
    counts: NDArray[np.int64],
) -> NDArray[np.float64]:
    """The mean of a fresh draw of runs for every drawn question, in the shape of `drawn`."""
    width = values.shape[1]
    if width == 1:
        only: NDArray[np.float64] = values[drawn, 0]
        return only
    of_each = counts[drawn][..., None]
    picked = (generator.random((*drawn.shape, width)) * of_each).astype(np.int64)
    chosen = values[drawn[..., None], picked]
    kept = np.where(np.arange(width) < of_each, chosen, 0.0)
    means: NDArray[np.float64] = kept.sum(axis=-1) / counts[drawn]
    return means
