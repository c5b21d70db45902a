"""Validation lists as they will be met in use: as deep, and with every ranker's scores."""

from __future__ import annotations

from collections.abc import Sequence

from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.deep_lists import deepen
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.usable_lists import UsableList, training_lists

USE_DEPTH = 100
"""Candidates a query that a reranker is given, unless asked otherwise."""


def validation_lists(
    lists: Sequence[LabelledList], source: FeatureSource, *, depth: int = USE_DEPTH
) -> list[UsableList]:
    """The lists that order something, with the first stage's next documents under them.

    Raises:
        InputError: No list orders anything.
    """
    usable, _ = training_lists(lists, source, IntensityUse(gain=True), "validation lists")
    return deepen(usable, lists, source, depth=depth)
