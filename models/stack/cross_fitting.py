"""Every list scored by a ranker that did not train on its group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.forward import IntArray
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.group_splits import group_folds
from lrat_rank.models.ranker import CandidateList, FloatArray, Ranker
from lrat_rank.progress import say


class SavedRanker(Ranker, Protocol):
    """A ranker with a folder of its own kind."""

    def save(self, folder: Path | str) -> None:
        """Write it into a folder that `load_ranker` opens."""
        ...


TrainBase = Callable[[Sequence[LabelledList]], SavedRanker]
"""Trains a base ranker on labelled lists."""


def cross_fit(
    labelled: Sequence[LabelledList],
    lists: Sequence[CandidateList],
    groups: Sequence[str],
    train: TrainBase,
    score: Callable[[Ranker, list[CandidateList], IntArray], list[FloatArray]],
    *,
    folds: int,
    seed: int,
) -> list[FloatArray]:
    """Score lists by rankers that trained without their groups.

    Args:
        labelled: All labels; a fold's ranker trains on those whose group is in no list it scores.
        lists: What is scored.
        groups: The group of each of them.
        train: Trains a ranker.
        score: From a ranker, some of the lists and their positions, one array a list.
        folds: Parts the groups are cut into, at most.
        seed: Of the parts.

    Returns:
        What `score` gave, one a list, in their order.

    Raises:
        InputError: There are fewer groups than two.
    """
    parts = group_folds(groups, folds, seed=seed)
    if len(parts) < 2:
        raise InputError(
            "lists to cross-fit on",
            must="of two groups at least",
            got=f"{len(groups)} of one group",
            do="Mine trajectories of more questions.",
        )
    found: list[FloatArray] = [np.empty(0)] * len(lists)
    for fold, positions in enumerate(parts, start=1):
        held = {groups[n] for n in positions.tolist()}
        others = [one for one in labelled if one.group not in held]
        say(f"Cross-fitting, fold {fold} of {len(parts)}: {len(others)} lists")
        part = [lists[n] for n in positions.tolist()]
        for number, values in zip(
            positions.tolist(), score(train(others), part, positions), strict=True
        ):
            found[number] = values
    return found
