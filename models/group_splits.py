"""Splits of lists that never cut a group, and the refusal of splits that do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.forward import IntArray
from lrat_rank.mining.labels import LabelledList

LEAST_GROUPS = 20
"""Groups from which neural trainings hold a share out; of fewer, they need every one."""


def hold_out(
    groups: Sequence[str], share: float, *, seed: int, least_groups: int = 2
) -> tuple[IntArray, IntArray]:
    """Positions of the lists to train on and of those held out; no group is in both.

    Args:
        groups: The group of each list.
        share: Of the groups that are held out, in [0, 1): rounded, but one at least where it is
            above 0, and never all.
        seed: Draws them.
        least_groups: Of fewer groups nothing is held out; ≥ 2.

    Returns:
        Two increasing int64 arrays; the second is empty where nothing is held out.

    >>> train, held = hold_out(["a", "a", "b", "c"], 0.3, seed=0)
    >>> train.tolist(), held.tolist()
    ([0, 1, 2], [3])
    """
    names = np.unique(np.array(groups))
    everything = np.arange(len(groups))
    if share == 0 or len(names) < least_groups:
        return everything, everything[:0]
    count = min(max(round(share * len(names)), 1), len(names) - 1)
    drawn = np.random.default_rng(seed).permutation(names)[:count]
    held = np.isin(np.array(groups), drawn)
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


def check_groups_apart(
    lists: Sequence[LabelledList],
    validation: Sequence[LabelledList],
    *,
    where: Path | None = None,
) -> None:
    """Keep validation honest.

    Args:
        lists: Trained on.
        validation: Looked at.
        where: The file that holds `validation`, for the message.

    Raises:
        InputError: A validation list belongs to a group that is trained on.
    """
    shared = {one.group for one in lists} & {one.group for one in validation}
    if shared:
        raise InputError(
            "validation lists",
            must="about other questions than the training lists",
            got=f"{len(shared)} groups in both, {min(shared)} among them",
            where=where,
            do="Split the labels by their group.",
        )
