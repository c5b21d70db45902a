"""Measures on gains by name: `gnDCG@10`, `gRBP(p=0.8,judged_only=True)`, and their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lrat_rank.collections import Gains, Run
from lrat_rank.collections.gains import HIGHEST_GAIN
from lrat_rank.errors import InputError
from lrat_rank.eval.measures import graded
from lrat_rank.eval.measures.graded import FloatArray
from lrat_rank.eval.measures.ranked_gains import RankedGains, ranked_gains
from lrat_rank.registry import Registry

GAIN_EXAMPLES = "a measure on gains such as gnDCG@10, gERR(max_gain=4)@20, gAP or gRBP(p=0.8)"

DEEPEST_CUTOFF = 1_000_000_000
"""Deeper than any ranking, and well within the integers of the C code that counts grades."""

_QUERIES_AT_ONCE = 512
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class GainMeasure:
    """A measure on gains; `str` gives its canonical name.

    Attributes:
        name: As registered, such as `gnDCG`.
        cutoff: Ranks that count, from 1; None for all.
        p: Persistence of gRBP, in (0, 1); None for other measures.
        max_gain: What gERR and gRBP scale by; None for the highest gain given.
        judged_only: Whether unjudged documents are left out before ranks are counted.

    >>> str(GainMeasure("gRBP", cutoff=10, p=0.8, judged_only=True))
    'gRBP(p=0.8,judged_only=True)@10'
    """

    name: str
    cutoff: int | None = None
    p: float | None = None
    max_gain: float | None = None
    judged_only: bool = False

    def __str__(self) -> str:
        given = [
            f"{key}={_number(value)}"
            for key, value in (("p", self.p), ("max_gain", self.max_gain))
            if value is not None
        ]
        given += ["judged_only=True"] * self.judged_only
        brackets = f"({','.join(given)})" if given else ""
        return f"{self.name}{brackets}{'' if self.cutoff is None else f'@{self.cutoff}'}"


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and value < 1e15 else repr(value)


@dataclass(frozen=True, slots=True)
class GainMeasureKind:
    """A measure on gains without its parameters.

    Attributes:
        formula: (gains in ranked order, measure, its maximum gain) → float64 (lists,).
        title: Its full name.
        defaults: The parameters it takes beside `cutoff` and `judged_only`, with their defaults.
        normalised: Whether the best order has the value 1.
        bounded: Whether values are in [0, 1].
        scale_free: Whether gains in another unit give the same value.
    """

    formula: Callable[[RankedGains, GainMeasure, float], FloatArray]
    title: str
    defaults: Mapping[str, float | None]
    normalised: bool = False
    bounded: bool = True
    scale_free: bool = True


GAIN_MEASURES: Registry[GainMeasureKind] = Registry("measure on gains")
GAIN_MEASURES.add(
    "gDCG",
    GainMeasureKind(
        lambda ranked, measure, _: graded.dcg(ranked.gains, cutoff=measure.cutoff),
        "discounted cumulative gain",
        {},
        bounded=False,
        scale_free=False,
    ),
)
GAIN_MEASURES.add(
    "gnDCG",
    GainMeasureKind(
        lambda ranked, measure, _: graded.ndcg(ranked.gains, ranked.ideal, cutoff=measure.cutoff),
        "normalised discounted cumulative gain",
        {},
        normalised=True,
    ),
)
GAIN_MEASURES.add(
    "gERR",
    GainMeasureKind(
        lambda ranked, measure, highest: graded.err(
            ranked.gains, max_gain=highest, cutoff=measure.cutoff
        ),
        "expected reciprocal rank",
        {"max_gain": None},
        scale_free=False,
    ),
)
GAIN_MEASURES.add(
    "gAP",
    GainMeasureKind(
        lambda ranked, measure, _: graded.average_precision(
            ranked.gains, ranked.ideal, cutoff=measure.cutoff
        ),
        "average precision with gains",
        {},
        normalised=True,
    ),
)
GAIN_MEASURES.add(
    "gRBP",
    GainMeasureKind(
        lambda ranked, measure, highest: graded.rbp(
            ranked.gains, p=measure.p or 0.0, max_gain=highest, cutoff=measure.cutoff
        ),
        "rank-biased precision",
        {"p": 0.8, "max_gain": None},
    ),
)


def gain_measure(name: str, base: str, arguments: Mapping[str, Any]) -> GainMeasure:
    """The measure of a name that was taken apart.

    Args:
        name: As the user wrote it, for errors.
        base: The registered name.
        arguments: Parameters.

    Raises:
        InputError: A parameter is not one of this measure, or out of range.
    """
    defaults = GAIN_MEASURES.get(base).defaults
    known = ["cutoff", "judged_only", *defaults]
    for parameter, value in arguments.items():
        if parameter not in known:
            must = f"one of {', '.join(known)}"
            raise InputError(f"parameter of {base}", must=must, got=repr(name))
        must, holds = _PARAMETERS[parameter]
        if not holds(value):
            raise InputError(f"{parameter} of {base}", must=must, got=repr(name))
    numbers = {key: arguments.get(key, default) for key, default in defaults.items()}
    return GainMeasure(
        base,
        cutoff=arguments.get("cutoff"),
        judged_only=arguments.get("judged_only", False),
        **{key: None if value is None else float(value) for key, value in numbers.items()},
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_PARAMETERS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "cutoff": (
        f"an integer from 1 to {DEEPEST_CUTOFF:,}",
        lambda value: type(value) is int and 1 <= value <= DEEPEST_CUTOFF,
    ),
    "judged_only": ("True or False", lambda value: isinstance(value, bool)),
    "p": ("a number between 0 and 1", lambda value: _is_number(value) and 0 < value < 1),
    "max_gain": (
        f"a number above 0, at most {HIGHEST_GAIN:g}",
        lambda value: _is_number(value) and 0 < value <= HIGHEST_GAIN,
    ),
}


def gain_values(
    run: Run, query_ids: Sequence[str], measures: Sequence[GainMeasure], gains: Gains
) -> dict[str, dict[str, float]]:
    """For each measure name, query_id → value; 0 where nothing is found, or to be found.

    Args:
        run: What to score.
        query_ids: The queries that count.
        measures: As `gain_measure` makes them.
        gains: Of these queries. Others count in the highest gain alone, so that a part of the
            queries is scored on the scale of the whole file.

    Raises:
        InputError: A query has no gains at all, or one of its gains is above the `max_gain` of a
            measure.
    """
    _check_every_query_has_gains(query_ids, gains)
    highest = max(max(judged.values(), default=0.0) for judged in gains.values())
    scales = [highest if one.max_gain is None else one.max_gain for one in measures]
    for one in measures:
        _check_max_gain(one, query_ids, gains)
    values = np.zeros((len(measures), len(query_ids)))
    for start in range(0, len(query_ids), _QUERIES_AT_ONCE):
        block = slice(start, start + _QUERIES_AT_ONCE)
        ranked = _arrays(run, query_ids[block], measures, gains)
        for row, (one, scale) in enumerate(zip(measures, scales, strict=True)):
            formula = GAIN_MEASURES.get(one.name).formula
            values[row, block] = formula(ranked[one.judged_only], one, scale)
    return {
        str(one): dict(zip(query_ids, row.tolist(), strict=True))
        for one, row in zip(measures, values, strict=True)
    }


def _arrays(
    run: Run, query_ids: Sequence[str], measures: Sequence[GainMeasure], gains: Gains
) -> dict[bool, RankedGains]:
    """By `judged_only`; no deeper than the measures look."""
    rankings = [run.rankings.get(query_id, []) for query_id in query_ids]
    judged = [gains[query_id] for query_id in query_ids]
    arrays = {}
    for judged_only in sorted({one.judged_only for one in measures}):
        cutoffs = [one.cutoff for one in measures if one.judged_only == judged_only]
        depth = None if None in cutoffs else max(cutoff or 0 for cutoff in cutoffs)
        arrays[judged_only] = ranked_gains(rankings, judged, judged_only=judged_only, depth=depth)
    return arrays


def queries_without_gain(gains: Gains) -> list[str]:
    """The queries without any positive gain, where every run scores 0.

    >>> queries_without_gain({"q1": {"d1": 0.0}, "q2": {"d1": 0.5}})
    ['q1']
    """
    return [query_id for query_id, judged in gains.items() if not any(judged.values())]


def _check_max_gain(measure: GainMeasure, query_ids: Sequence[str], gains: Gains) -> None:
    most = measure.max_gain
    if most is None:
        return
    for query_id in query_ids:
        for doc_id, gain in gains[query_id].items():
            if gain > most:
                raise InputError(
                    f"max_gain of {measure}",
                    must="as high as every gain",
                    got=f"a gain of {gain:g}",
                    where=f"query {query_id}, document {doc_id}",
                    do="Give a higher max_gain.",
                )


def _check_every_query_has_gains(query_ids: Sequence[str], gains: Gains) -> None:
    lacking = [query_id for query_id in query_ids if query_id not in gains]
    if lacking:
        shown = ", ".join(lacking[:_SHOWN]) + (", …" if len(lacking) > _SHOWN else "")
        raise InputError(
            "gains",
            must="given for every judged query, so that all measures have the same queries",
            got=f"none for {len(lacking)} of {len(query_ids)} ({shown})",
            do="Add them (gain 0 says that a document is no use), or take the queries out of "
            "the qrels.",
        )
