"""Training lists that reach as deep as the lists a ranker will reorder.

A logged list holds the ten documents an agent was shown; a reranker is given a hundred. Features
that compare a document with its list, and the hard negatives below what was shown, come from the
first stage's own list of the same query.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lrat_rank.features.prior import fused_lists
from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.spared import SparedDocuments
from lrat_rank.models.usable_lists import UsableList


def deepen(
    lists: Sequence[UsableList],
    labelled: Sequence[LabelledList],
    source: FeatureSource,
    *,
    depth: int,
    negatives: int | None = None,
    seed: int = 0,
) -> list[UsableList]:
    """Put the first stage's next documents under each list.

    All of them become part of the list that features compare with; some become negatives. What
    `SparedDocuments` knows for the list's group and query is never made one.

    Args:
        lists: What `usable_lists` left of `labelled`.
        labelled: The labels, which say what a group knows of a document.
        source: The index.
        depth: How long a list becomes, at least; longer ones stay as they are.
        negatives: Unseen documents that count as negatives, a list; None for all.
        seed: Draws them.

    Returns:
        The lists in their order. Unseen documents come last, have gain 0 and are marked.
    """
    doc_ids = source.doc_ids
    known = SparedDocuments(labelled)
    draw = np.random.default_rng(seed)
    deep = []
    for one, fused in zip(
        lists, fused_lists(source, [one.query for one in lists], depth=depth), strict=True
    ):
        held = set(one.list_ids)
        below = [doc_ids[row] for row in fused.listed.tolist()]
        below = [doc_id for doc_id in below if doc_id not in held]
        below = below[: max(depth - len(held), 0)]
        spared = known.spared(one.group, one.query)
        usable = np.array([doc_id not in spared for doc_id in below], dtype=bool)
        chosen = np.flatnonzero(usable)
        if negatives is not None and len(chosen) > negatives:
            chosen = np.sort(draw.choice(chosen, size=negatives, replace=False))
        deep.append(_extended(one, below, chosen))
    return deep


def _extended(one: UsableList, below: list[str], chosen: np.ndarray) -> UsableList:
    more = len(chosen)
    return replace(
        one,
        doc_ids=one.doc_ids + tuple(below[position] for position in chosen.tolist()),
        gains=np.concatenate((one.gains, np.zeros(more))),
        list_ids=one.list_ids + tuple(below),
        rejected=np.concatenate((one.rejected, np.zeros(more, dtype=bool))),
        unseen=np.concatenate((one.unseen, np.ones(more, dtype=bool))),
        ranks=np.concatenate((one.ranks, len(one.list_ids) + 1 + chosen)).astype(np.int64),
    )
