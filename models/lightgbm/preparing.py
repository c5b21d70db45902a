"""Labelled lists into what trees are grown on: corrected for position, deepened, with features."""

from __future__ import annotations

from collections.abc import Sequence

from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.context_dropout import drop_contexts
from lrat_rank.models.deep_lists import deepen
from lrat_rank.models.lightgbm.dataset import RankingData, build_ranking_data
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.lightgbm.propensity import (
    check_not_corrected,
    check_shown_ranks,
    correct_for_examination,
)
from lrat_rank.models.usable_lists import LeftOut, UsableList, training_lists


def prepare(
    lists: Sequence[LabelledList],
    index: FeatureSource,
    options: LightGBMOptions,
    *,
    what: str = "labels",
) -> tuple[RankingData, LeftOut]:
    """The data to train on, and counts of what the labels hold that training cannot use.

    Args:
        lists: The labels.
        index: The index their documents are in.
        options: Which features, how deep, and how positions are corrected.
        what: What to call the labels in messages.

    Raises:
        InputError: As `prepare_lists`; or the index cannot serve a feature.
    """
    usable, left_out = prepare_lists(lists, index, options, what=what)
    names = options.features or None
    return build_ranking_data(usable, index, names, depth=options.stage_depth), left_out


def prepare_lists(
    lists: Sequence[LabelledList],
    index: FeatureSource,
    options: LightGBMOptions,
    *,
    what: str = "labels",
) -> tuple[list[UsableList], LeftOut]:
    """As `prepare`, before features are computed.

    Raises:
        InputError: No list orders anything, or positions are to be corrected where they are not
            known, or were corrected already.
    """
    if options.position_debias or options.examination is not None:
        way = "position debiasing" if options.position_debias else "an examination table"
        check_shown_ranks(lists, way)
        check_not_corrected(lists, way)
    usable, left_out = training_lists(lists, index, options.intensity, what)
    if options.examination is not None:
        usable = correct_for_examination(usable, options.examination, cutoff=options.cutoff)
    if options.deepened_to:
        usable = deepen(
            usable,
            lists,
            index,
            depth=options.deepened_to,
            negatives=options.unseen,
            seed=options.seed,
        )
    return drop_contexts(usable, options.context_dropout, seed=options.seed), left_out
