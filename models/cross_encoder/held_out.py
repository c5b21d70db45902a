"""Which lists a cross-encoder learns from, and which it is only looked at with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lrat_rank.errors import InputError
from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.ranker import Documents
from lrat_rank.models.cross_encoder.reading import Reading
from lrat_rank.models.deep_lists import deepen
from lrat_rank.models.group_splits import check_groups_apart, hold_out
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
    held: list[UsableList] = []
    if validation:
        held, _ = training_lists(validation, documents, options.intensity, "validation")
        check_groups_apart(lists, validation)
    elif validation is None:
        groups, stopping = [one.group for one in used], options.stopping
        parts = hold_out(
            groups, stopping.held_out, seed=options.seed, least_groups=stopping.least_groups
        )
        used, held = ([used[number] for number in part.tolist()] for part in parts)
    if held and source is not None and options.stopping.depth:
        held = deepen(held, [*lists, *(validation or ())], source, depth=options.stopping.depth)
    return Material(used, held, left_out)
