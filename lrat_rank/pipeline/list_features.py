"""The features of labelled lists, as the exports of feature files hold them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from msgspec.structs import asdict

from lrat_rank.errors import InputError
from lrat_rank.mining.exports.base import FeatureLists, FeatureRows, first_few
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.first_stage import Index
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.lightgbm.dataset import build_ranking_data
from lrat_rank.models.usable_lists import UsableList, usable_lists

_REASONS = {
    "masked_candidates": "masked document",
    "unknown_candidates": "document that the index lacks",
    "lists_without_order": "list with nothing to order",
    "lists_without_weight": "list of weight 0",
}


def feature_lists(
    lists: Sequence[LabelledList], index: Path, names: Sequence[str] | None
) -> FeatureLists:
    """The features of the lists as they were shown, with the ids they belong to.

    `train lightgbm` computes the same, but makes lists longer first (`--depth`); with depth 0 it
    trains on these.

    Args:
        lists: The labels.
        index: The index folder of their documents.
        names: Features or groups; None for all the index has the means for.

    Raises:
        InputError: No list orders documents of the index, or a feature is not known.
    """
    opened = Index.load(index)
    judged = dict.fromkeys(c.doc_id for one in lists for c in one.candidates if c.judged)
    unknown = [doc_id for doc_id in judged if doc_id not in opened]
    kept, left_out = _usable(lists, opened)
    if not kept:
        lacking = f"; it lacks {first_few(unknown)}" if unknown else ""
        raise InputError(
            "labels",
            must="lists in which two judged candidates of the index differ in gain",
            got=f"{len(lists)} lists, none such{lacking}",
            where=index,
            do="Index the corpus that the agents searched.",
        )
    data = build_ranking_data([usable for _, usable in kept], opened, names)
    parts = np.split(data.features.values, data.features.offsets[1:-1])
    rows = [
        FeatureRows(query_id, usable.doc_ids, usable.gains, usable.weight, values)
        for (query_id, usable), values in zip(kept, parts, strict=True)
    ]
    return FeatureLists(data.features.names, rows, left_out, unknown)


def _usable(
    lists: Sequence[LabelledList], index: Index
) -> tuple[list[tuple[str, UsableList]], Counter[str]]:
    """The lists that order something, under their query_ids, and counts of the rest."""
    use, kept, left_out = IntensityUse.parse("both"), [], Counter[str]()
    for labelled in lists:
        usable, lost = usable_lists([labelled], index, use)
        kept += [(labelled.query_id, one) for one in usable]
        left_out.update({_REASONS[name]: count for name, count in asdict(lost).items()})
    return kept, +left_out
