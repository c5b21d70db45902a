"""What training uses beside labels and texts; each part may be missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lrat_rank.errors import InputError
from lrat_rank.features.source import FeatureSource
from lrat_rank.models.anchor.anchor import Anchor
from lrat_rank.models.cross_encoder.reading import Reading
from lrat_rank.models.ranker import Ranker


@dataclass(frozen=True, kw_only=True)
class TrainingAids:
    """An index, and what is known of its documents before training.

    Attributes:
        source: The index; without one there are no unseen negatives, and unrelated ones come from
            other lists instead of the whole corpus.
        anchor: Makes the offsets, of documents of the index.
        teacher: Is asked for the scores of what an epoch shows.
        readings: Query_id → how that list reads its documents; the others read them as they stand.

    Raises:
        InputError: There is an anchor and no index.
    """

    source: FeatureSource | None = None
    anchor: Anchor | None = None
    teacher: Ranker | None = None
    readings: Mapping[str, Reading] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.anchor is not None and self.source is None:
            raise InputError("anchor", must="used with an index", got="no index")
