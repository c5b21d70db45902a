"""Measures of a replayed list: how high, how soon and how sure its used documents stand."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.eval.measures import graded
from lrat_rank.eval.replay.placement import FloatArray, Placement
from lrat_rank.registry import Registry

DEFAULT_REPLAY_MEASURES = (
    "nDCG@10",
    "DCG@10",
    "RR",
    "Success@1",
    "MeanRank",
    "FirstRank",
    "LastRank",
)

Formula = Callable[[Placement, int | None], FloatArray]


@dataclass(frozen=True, slots=True)
class Kind:
    """A measure without its cutoff.

    Attributes:
        formula: (placement, cutoff) → float64 (lists,).
        higher_is_better: False for ranks, which count documents to read.
        cutoff: Whether it takes one.
        highest: The largest value there can be; the least is 0.
    """

    formula: Formula
    higher_is_better: bool = True
    cutoff: bool = True
    highest: float = 1.0


@dataclass(frozen=True, slots=True)
class ReplayMeasure:
    """A measure by name, such as `nDCG@10`.

    Attributes:
        name: Its name in tables and files.
        kind: What it computes.
        cutoff: Documents it looks at; None for all.
    """

    name: str
    kind: Kind
    cutoff: int | None

    def values(self, placement: Placement) -> FloatArray:
        """The value of every list, float64 (lists,)."""
        return self.kind.formula(placement, self.cutoff)


def parse_replay_measures(names: Sequence[str]) -> list[ReplayMeasure]:
    """The measures of these names, in order; a name given twice counts once.

    `gnDCG@10` and `nDCG@10` are the same here, because a replay always takes gains.

    Raises:
        InputError: A name is unknown, or its cutoff is not an integer from 1.

    >>> [one.name for one in parse_replay_measures(["gnDCG@5", "RR", "nDCG@5"])]
    ['nDCG@5', 'RR']
    """
    if not names:
        raise InputError("measures", must=_EXAMPLES, got="none")
    return list({one.name: one for one in map(_parse, names)}.values())


def _parse(name: str) -> ReplayMeasure:
    found = re.fullmatch(r"(?:g(?=nDCG|DCG))?(\w+)(?:@([1-9]\d{0,8}))?", name)
    if found is None:
        raise InputError("measure", must=_EXAMPLES, got=repr(name))
    base, digits = found.groups()
    kind = KINDS.get(base)
    if digits and not kind.cutoff:
        raise InputError("measure", must=f"{base} without a cutoff", got=repr(name))
    if base in _NEED_CUTOFF and not digits:
        raise InputError("measure", must=f"{base} with a cutoff", got=repr(name))
    return ReplayMeasure(f"{base}@{digits}" if digits else base, kind, int(digits or 0) or None)


def _ndcg(placement: Placement, cutoff: int | None) -> FloatArray:
    return graded.ndcg(placement.gains, placement.ideal, cutoff=cutoff)


def _dcg(placement: Placement, cutoff: int | None) -> FloatArray:
    return graded.dcg(placement.gains, cutoff=cutoff)


def _reciprocal_rank(placement: Placement, cutoff: int | None) -> FloatArray:
    found = _success(placement, cutoff)
    return found / _first_rank(placement, None)


def _success(placement: Placement, cutoff: int | None) -> FloatArray:
    success: FloatArray = (placement.used[:, :cutoff].sum(axis=1) > 0).astype(np.float64)
    return success


def _recall(placement: Placement, cutoff: int | None) -> FloatArray:
    found = placement.used[:, :cutoff].sum(axis=1)
    share: FloatArray = found / (placement.ideal > 0).sum(axis=1)
    return share


def _mean_rank(placement: Placement, _: int | None) -> FloatArray:
    ranks = np.arange(1, placement.gains.shape[1] + 1)
    found = (placement.used * ranks).sum(axis=1)
    total = found + placement.missing * (placement.lengths + 1)
    mean: FloatArray = total / (placement.ideal > 0).sum(axis=1)
    return mean


def _first_rank(placement: Placement, _: int | None) -> FloatArray:
    used = placement.used
    first = np.where(used.any(axis=1), used.argmax(axis=1), placement.lengths) + 1
    return first.astype(np.float64)


def _last_rank(placement: Placement, _: int | None) -> FloatArray:
    used = placement.used
    last = used.shape[1] - used[:, ::-1].argmax(axis=1)
    return np.where(placement.missing > 0, placement.lengths + 1, last).astype(np.float64)


KINDS: Registry[Kind] = Registry("replay measure")
KINDS.add("nDCG", Kind(_ndcg))
KINDS.add("DCG", Kind(_dcg, highest=math.inf))
KINDS.add("RR", Kind(_reciprocal_rank))
KINDS.add("Success", Kind(_success))
KINDS.add("R", Kind(_recall))
KINDS.add("MeanRank", Kind(_mean_rank, higher_is_better=False, cutoff=False, highest=math.inf))
KINDS.add("FirstRank", Kind(_first_rank, higher_is_better=False, cutoff=False, highest=math.inf))
KINDS.add("LastRank", Kind(_last_rank, higher_is_better=False, cutoff=False, highest=math.inf))

_NEED_CUTOFF = ("Success", "R")
_EXAMPLES = "nDCG@10, DCG@10, RR, Success@1, R@5, MeanRank, FirstRank or LastRank"
