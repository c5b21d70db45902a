"""Lists kept from training, and how well an encoder retrieves what they hold relevant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from lrat_rank.models.dense.false_negatives import FalseNegatives
from lrat_rank.models.ndcg import ndcg_of_lists
from lrat_rank.models.ranker import FloatArray
from lrat_rank.models.usable_lists import UsableList


class ValidationPool:
    """Each held list's query against the documents of all held lists.

    Order within a list of ten does not show whether an encoder still tells a document from all the
    others, which is what retrieval asks of it. Documents that the labels spare for a query are left
    out of its ranking, except those its list judges.

    Args:
        lists: The held ones; at least one.
        known: Of all labels.
        contents: doc_id → text.
        text_of: doc_id → the number of its text.
    """

    def __init__(
        self,
        lists: Sequence[UsableList],
        known: FalseNegatives,
        contents: Mapping[str, str],
        text_of: Mapping[str, int],
    ) -> None:
        doc_ids = sorted({doc_id for one in lists for doc_id in one.doc_ids})
        column = {doc_id: number for number, doc_id in enumerate(doc_ids)}
        texts = np.array([text_of[doc_id] for doc_id in doc_ids])
        self._queries = [one.query for one in lists]
        self._contents = [contents[doc_id] for doc_id in doc_ids]
        self._gains = np.zeros((len(lists), len(doc_ids)))
        self._ranked = np.zeros((len(lists), len(doc_ids)), dtype=bool)
        for row, one in enumerate(lists):
            own = [column[doc_id] for doc_id in one.doc_ids]
            self._ranked[row] = ~np.isin(texts, sorted(known.spared(one.group, one.query)))
            self._ranked[row, own] = True
            self._gains[row, own] = one.gains

    def ndcg(self, encode: Callable[[Sequence[str]], FloatArray]) -> float:
        """Mean nDCG@10 of the queries, with linear gains, in [0, 1].

        Args:
            encode: Texts to float (texts, d) unit vectors.
        """
        cosines = encode(self._queries) @ encode(self._contents).T
        ranked = self._ranked
        return float(ndcg_of_lists(self._gains[ranked], cosines[ranked], ranked.sum(axis=1)).mean())
