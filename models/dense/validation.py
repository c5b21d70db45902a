"""Lists kept from training, and how well an encoder retrieves what they hold relevant."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.dense.false_negatives import FalseNegatives
from lrat_rank.models.ranker import FloatArray
from lrat_rank.models.usable_lists import UsableList

CUTOFF = 10
FEWEST_GROUPS = 20
"""Groups from which a share is held out; of fewer, training needs every one."""


def hold_out(
    lists: Sequence[UsableList], share: float, seed: int
) -> tuple[list[UsableList], list[UsableList]]:
    """Lists to train on and lists to validate on, no group in both.

    Args:
        lists: All.
        share: Of the groups that are held out, rounded up, in [0, 1).
        seed: Draws them.

    Returns:
        In the order they came; nothing is held out of fewer than `FEWEST_GROUPS` groups.
    """
    groups = sorted({one.group for one in lists})
    if len(groups) < FEWEST_GROUPS:
        return list(lists), []
    drawn = np.random.default_rng(seed).permutation(len(groups))[: math.ceil(share * len(groups))]
    held = {groups[number] for number in drawn.tolist()}
    return (
        [one for one in lists if one.group not in held],
        [one for one in lists if one.group in held],
    )


def check_groups_apart(lists: Sequence[LabelledList], validation: Sequence[LabelledList]) -> None:
    """Keep validation honest.

    Raises:
        InputError: A validation list belongs to a group that is trained on.
    """
    shared = {one.group for one in lists} & {one.group for one in validation}
    if shared:
        raise InputError(
            "validation lists",
            must="about other questions than the training lists",
            got=f"{len(shared)} groups in both, {min(shared)} among them",
            do="Split the labels by their group.",
        )


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
        each = [
            ndcg(gains[ranked], scores[ranked])
            for gains, ranked, scores in zip(self._gains, self._ranked, cosines, strict=True)
        ]
        return float(np.mean(each))


def ndcg(gains: FloatArray, scores: FloatArray) -> float:
    """NDCG@10 with the gains themselves as gains (linear), in [0, 1].

    Args:
        gains: float (documents,), ≥ 0, not all 0.
        scores: float (documents,); of equal ones the earlier document comes first.

    Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 2002,
    with the discount log2(rank + 1).

    >>> round(ndcg(np.array([0.0, 2.0]), np.array([0.9, 0.1])), 6)
    0.63093
    """
    shown = gains[np.argsort(-scores, kind="stable")][:CUTOFF]
    ideal = np.sort(gains)[::-1][:CUTOFF]
    discounts = 1 / np.log2(np.arange(2, len(shown) + 2))
    return float(shown @ discounts / (ideal @ discounts))
