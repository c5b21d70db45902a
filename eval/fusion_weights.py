"""Weights of a fusion, chosen on training judgements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lrat_rank.collections import Qrels, Run
from lrat_rank.errors import InputError
from lrat_rank.eval.measures import means, parse_measures, per_query_values
from lrat_rank.eval.measures.on_gains import GainMeasure
from lrat_rank.models.fusion import FusionOptions, fused_tables, score_tables
from lrat_rank.progress import track

STEPS = 10
"""A weight is tried at multiples of 1/10: finer ones differ by less than training queries can tell.

On the grid all weights are such multiples. Of more runs one weight is set to one at a time and the
others are scaled to what is left, so that they take other values too.
"""

MOST_ON_THE_GRID = 4
"""Runs up to which every mix is tried: 286 of them for four runs, 1,001 for five."""

_SWEEPS = 10

Weights = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TunedWeights:
    """Weights and what they reach where they were chosen: a training value, not a test figure.

    Attributes:
        weights: One a run, ≥ 0, of sum 1.
        measure: What was made as large as it gets.
        training_value: Its mean over the training queries with these weights.
        equal_weights_value: The same with equal weights.
        alone_values: The same for every run alone.
        queries: Training queries, those without an answer included.
        tried: Mixes that were scored.
    """

    weights: Weights
    measure: str
    training_value: float
    equal_weights_value: float
    alone_values: tuple[float, ...]
    queries: int
    tried: int


def tune_weights(
    runs: Sequence[Run], qrels: Qrels, *, measure: str = "nDCG@10", normalise: str = "min-max"
) -> TunedWeights:
    """The weights whose fusion has the highest mean of a measure on training qrels.

    Up to four runs every mix in steps of 1/10 is scored, and of mixes with the same value the one
    nearest to equal weights wins. Of more runs one weight after the other is set in steps of 1/10,
    the others scaled to what is left, while that helps. The result depends on nothing but the
    input.

    Args:
        runs: Two or more.
        qrels: Judgements of training queries only: a value on queries that chose the weights says
            nothing of others.
        measure: One name, as `parse_measures` knows it, of a measure on grades.
        normalise: A name of `NORMALISERS`.

    Raises:
        InputError: Fewer than two runs, an unknown name, a measure on gains, or no judged query
            that a run answers.

    >>> good = Run.from_scores("good", {"q": {"a": 2.0, "b": 1.0}})
    >>> bad = Run.from_scores("bad", {"q": {"a": 1.0, "b": 2.0}})
    >>> tuned = tune_weights([good, bad], {"q": {"a": 1}}, measure="RR")
    >>> tuned.weights, tuned.training_value, tuned.alone_values
    ((0.6, 0.4), 1.0, (1.0, 0.5))
    """
    if len(runs) < 2:
        raise InputError("runs to fuse", must="two or more", got=len(runs))
    parsed = parse_measures([measure])
    if len(parsed) != 1:
        raise InputError("measure to tune for", must="one", got=len(parsed))
    if isinstance(parsed[0], GainMeasure):
        must = "a measure on grades, which qrels have, such as nDCG@10"
        raise InputError("measure to tune for", must=must, got=f"{measure}, on gains")
    options = FusionOptions("weighted", normalise)
    tables = score_tables(runs, options, only=qrels)
    if not any(table.doc_ids for table in tables.values()):
        raise InputError(
            "training qrels",
            must="judgements of queries that the runs answer",
            got=f"{len(qrels)} queries, none of them in a run",
            do="Give the qrels of the runs' own training queries.",
        )
    known: dict[Weights, float] = {}

    def mean(run: Run) -> float:
        [found] = means(per_query_values(run, qrels, parsed)).values()
        return found

    def value(weights: Weights) -> float:
        if weights not in known:
            known[weights] = mean(fused_tables(tables, options.method, weights, tag="tuning"))
        return known[weights]

    count = len(runs)
    equal = tuple([1 / count] * count)
    start = value(equal)
    best = _grid(count, value) if count <= MOST_ON_THE_GRID else _climb(equal, value)
    return TunedWeights(
        weights=best if value(best) > start else equal,
        measure=str(parsed[0]),
        training_value=max(value(best), start),
        equal_weights_value=start,
        alone_values=tuple(mean(run) for run in runs),
        queries=len(qrels),
        tried=len(known),
    )


def _grid(count: int, value: Callable[[Weights], float]) -> Weights:
    mixes = [tuple(part / STEPS for part in parts) for parts in _shares(STEPS, count)]
    mixes.sort(key=lambda mix: (sum((weight - 1 / count) ** 2 for weight in mix), mix[::-1]))
    return max(track(mixes, "Weights tried"), key=value)  # the first of equal ones


def _shares(total: int, count: int) -> Iterator[tuple[int, ...]]:
    """All ways to share `total` among `count`.

    >>> list(_shares(1, 2))
    [(0, 1), (1, 0)]
    """
    if count == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in _shares(total - first, count - 1))


def _climb(start: Weights, value: Callable[[Weights], float]) -> Weights:
    best = start
    for _ in range(_SWEEPS):
        before = best
        for place in range(len(best)):
            moved = [_with(best, place, part / STEPS) for part in range(STEPS + 1)]
            best = max([best, *moved], key=value)
        if best == before:
            break
    return best


def _with(weights: Weights, place: int, weight: float) -> Weights:
    """One weight set, the others scaled so that all sum to 1."""
    others = np.array(weights)
    others[place] = 0.0
    if not others.any():
        others += 1.0
        others[place] = 0.0
    others *= (1.0 - weight) / others.sum()
    others[place] = weight
    return tuple(others.tolist())
