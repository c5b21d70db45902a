"""Which lists a cross-encoder learns from, and which it is only looked at with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.ranker import Documents
from lrat_rank.models.cross_encoder.reading import Reading
from lrat_rank.models.cross_encoder.stopping_options import StoppingOptions
from lrat_rank.models.deep_lists import deepen
from lrat_rank.models.usable_lists import LeftOut, UsableList, training_lists


@dataclass(frozen=True)
class Material:
    """The lists of a training.

    Attributes:
        used: Learned from.
        held: Looked at; they share no group with `used`. Empty without validation.
        left_out: What the labels held that training cannot use.
        readings: Query_id → how that list of `used` reads its documents; the others read them as
            they stand.
    """

    used: list[UsableList]
    held: list[UsableList]
    left_out: LeftOut
    readings: Mapping[str, Reading] = field(default_factory=dict)


def gather_material(
    lists: Sequence[LabelledList],
    validation: Sequence[LabelledList] | None,
    documents: Documents,
    source: FeatureSource | None,
    options: CrossEncoderOptions,
) -> Material:
    """The usable lists, and those to look at: the given ones, or a share of the groups.

    Raises:
        InputError: Fewer than two lists order anything, or the two sets share a group.
    """
    used, left_out = training_lists(lists, documents, options.intensity)
    if len(used) < 2:
        raise InputError(
            "labels",
            must="at least 2 lists in which two judged candidates of the index differ in gain",
            got=f"one such list ({left_out})",
            do="Mine more trajectories.",
        )
    known: Sequence[LabelledList] = lists
    held: list[UsableList] = []
    if validation:
        known = validation
        held, _ = training_lists(validation, documents, options.intensity, "validation")
        shared = {one.group for one in lists} & {one.group for one in validation}
        if shared:
            raise InputError(
                "validation lists",
                must="about other questions than the training lists",
                got=f"{len(shared)} groups in both, {min(shared)} among them",
                do="Split the labels by their group.",
            )
    elif validation is None:
        used, held = hold_out(used, options.stopping, options.seed)
    if held and source is not None and options.stopping.depth:
        held = deepen(held, known, source, depth=options.stopping.depth)
    return Material(used, held, left_out)


def hold_out(
    lists: list[UsableList], options: StoppingOptions, seed: int
) -> tuple[list[UsableList], list[UsableList]]:
    """Part lists by group, some groups' lists to look at; none where there are few groups.

    Args:
        lists: What training could use.
        options: The share, and how many groups are few.
        seed: Draws the groups.

    Returns:
        Lists to learn from and lists to look at, each in their order.
    """
    groups = sorted({one.group for one in lists})
    wanted = round(options.held_out * len(groups))
    if len(groups) < options.least_groups or wanted == 0:
        return lists, []
    drawn = np.random.default_rng(seed).choice(len(groups), size=wanted, replace=False)
    chosen = {groups[number] for number in drawn.tolist()}
    return (
        [one for one in lists if one.group not in chosen],
        [one for one in lists if one.group in chosen],
    )
