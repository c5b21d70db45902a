"""Random documents that a list's labels do not know: the easiest negatives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.spared import SparedDocuments
from lrat_rank.models.usable_lists import UsableList


class UnrelatedDocuments:
    """Draws documents that no list of a group holds, masked or not, and no label spares.

    Args:
        doc_ids: The documents to draw from.
        labelled: The labels, which say what each group and query knows.
    """

    def __init__(self, doc_ids: Sequence[str], labelled: Sequence[LabelledList]) -> None:
        self._doc_ids = doc_ids
        self._known = SparedDocuments(labelled)
        self._of_group: defaultdict[str, set[str]] = defaultdict(set)
        for one in labelled:
            self._of_group[one.group].update(c.doc_id for c in one.candidates)

    def draw(self, one: UsableList, wanted: int, rng: np.random.Generator) -> list[str]:
        """So many distinct documents; fewer only where there are no more.

        Args:
            one: What they are drawn for.
            wanted: How many, ≥ 0.
            rng: Draws them.
        """
        known = self._known.spared(one.group, one.query)
        related = self._of_group[one.group].union(one.list_ids, known)
        # So many that enough are left, whichever of them are related.
        size = min(len(self._doc_ids), wanted + len(related))
        rows = rng.choice(len(self._doc_ids), size=size, replace=False).tolist()
        drawn = (self._doc_ids[row] for row in rows)
        return [doc_id for doc_id in drawn if doc_id not in related][:wanted]
