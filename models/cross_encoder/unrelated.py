"""Random documents that a list's group does not know: the easiest negatives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from lrat_rank.mining.labels import LabelledList


class UnrelatedDocuments:
    """Draws documents that no list of a group holds, masked or not.

    Args:
        doc_ids: The documents to draw from.
        labelled: The labels, which say what each group knows.
    """

    def __init__(self, doc_ids: Sequence[str], labelled: Sequence[LabelledList]) -> None:
        self._doc_ids = doc_ids
        self._of_group: defaultdict[str, set[str]] = defaultdict(set)
        for one in labelled:
            self._of_group[one.group].update(c.doc_id for c in one.candidates)

    def draw(
        self, group: str, held: Sequence[str], wanted: int, rng: np.random.Generator
    ) -> list[str]:
        """So many distinct documents; fewer only where there are no more.

        Args:
            group: Whose documents are left out.
            held: More documents to leave out.
            wanted: How many, ≥ 0.
            rng: Draws them.
        """
        related = self._of_group[group].union(held)
        # So many that enough are left, whichever of them are related.
        size = min(len(self._doc_ids), wanted + len(related))
        rows = rng.choice(len(self._doc_ids), size=size, replace=False).tolist()
        drawn = (self._doc_ids[row] for row in rows)
        return [doc_id for doc_id in drawn if doc_id not in related][:wanted]
