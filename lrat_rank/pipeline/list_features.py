"""The features of labelled lists, as the exports of feature files hold them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.mining.exports.base import FeatureLists, FeatureRows
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.first_stage import Index
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.lightgbm.dataset import build_ranking_data
from lrat_rank.models.usable_lists import UsableList, usable_lists


def feature_lists(
    lists: Sequence[LabelledList], index: Index, names: Sequence[str] | None, *, where: Path
) -> FeatureLists:
    """The features that LightGBM would train on, with the ids they belong to.

    Args:
        lists: The labels.
        index: The index of their documents.
        names: Features or groups; None for all the index has the means for.
        where: The index, for messages.

    Raises:
        InputError: No list orders documents of the index, or a feature is not known.
    """
    kept, left_out = _usable(lists, index)
    if not kept:
        raise InputError(
            "labels",
            must="lists in which two judged candidates of the index differ in gain",
            got=f"{len(lists)} lists, none such",
            where=where,
            do="Index the corpus that the agents searched.",
        )
    data = build_ranking_data([usable for _, usable in kept], index, names)
    parts = np.split(data.features.values, data.features.offsets[1:-1])
    rows = [
        FeatureRows(query_id, usable.doc_ids, usable.gains, usable.weight, values)
        for (query_id, usable), values in zip(kept, parts, strict=True)
    ]
    return FeatureLists(data.features.names, rows, left_out)


def _usable(
    lists: Sequence[LabelledList], index: Index
) -> tuple[list[tuple[str, UsableList]], Counter[str]]:
    """The lists that order something, under their query_ids, and counts of the rest."""
    kept, left_out = [], Counter[str]()
    for labelled in lists:
        usable, lost = usable_lists([labelled], index, IntensityUse.parse("both"))
        kept += [(labelled.query_id, one) for one in usable]
        left_out.update(msgspec.structs.asdict(lost))
    told = {name.replace("_", " "): count for name, count in left_out.items() if count}
    return kept, Counter(told)
