"""Splits of lists that never cut a group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrat_rank.features.forward import IntArray
from lrat_rank.models.lightgbm.options import LightGBMOptions


def hold_out(groups: Sequence[str], options: LightGBMOptions) -> tuple[IntArray, IntArray] | None:
    """Positions of the lists to train on and of those held out; no group is in both.

    Returns:
        None where there are fewer lists than `least_lists`, or one group only.

    >>> train, held = hold_out(("a", "a", "b", "c"), LightGBMOptions(least_lists=4))
    >>> len(train) + len(held)
    4
    """
    names = np.unique(np.array(groups))
    if len(groups) < options.least_lists or len(names) < 2:
        return None
    n_held = min(max(round(options.held_out_share * len(names)), 1), len(names) - 1)
    held_names = np.random.default_rng(options.seed).permutation(names)[:n_held]
    held = np.isin(np.array(groups), held_names)
    return np.flatnonzero(~held), np.flatnonzero(held)


def group_folds(groups: Sequence[str], folds: int, *, seed: int) -> list[IntArray]:
    """Positions of the lists each fold holds out; every list is in one, every group in one.

    Groups are drawn at random, the largest first, each into the fold with the fewest lists so far.

    Returns:
        At most `folds` folds, none of them empty: as many as there are groups, if those are fewer.

    >>> [fold.tolist() for fold in group_folds(["a", "b", "a", "c"], 2, seed=0)]
    [[0, 2], [1, 3]]
    """
    names, member = np.unique(np.array(groups), return_inverse=True)
    sizes = np.bincount(member, minlength=len(names))
    shuffled = np.random.default_rng(seed).permutation(len(names))
    folds = min(folds, len(names))
    load, place = np.zeros(folds, dtype=np.int64), np.empty(len(names), dtype=np.int64)
    for name in shuffled[np.argsort(-sizes[shuffled], kind="stable")].tolist():
        place[name] = load.argmin()
        load[place[name]] += sizes[name]
    return [np.flatnonzero(place[member] == fold) for fold in range(folds)]
