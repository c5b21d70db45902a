"""What agents made of the documents they were shown, list by list, as a calibration needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.forward import BoolArray
from lrat_rank.features.prior import fused_lists
from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.ranker import CandidateList


@dataclass(frozen=True)
class ShownList:
    """A list with its judged documents; it need not order them.

    Attributes:
        whole: The list as a ranker sees it in use, the first stage's next documents under it.
        judged: Positions in it of the documents that have a judgement.
        relevant: bool (judged,); whether the agent opened the document and used it.
        group: What a split must never cut.
    """

    whole: CandidateList
    judged: list[int]
    relevant: BoolArray
    group: str


def shown_lists(
    lists: Sequence[LabelledList], source: FeatureSource, *, depth: int
) -> list[ShownList]:
    """Every list with a judged document of the index, whether or not any of them is relevant.

    A list in which nothing was relevant says as much of a score as any other: without such lists,
    what is left holds more relevant documents than agents meet.

    Args:
        lists: The labels.
        source: The index.
        depth: How long a list becomes, at least; longer ones stay as they are.

    Raises:
        InputError: No list has a judged document of the index.
    """
    doc_ids = source.doc_ids
    found = []
    fused = fused_lists(source, [one.query for one in lists], depth=depth)
    for one, of in zip(lists, fused, strict=True):
        known = [c for c in one.candidates if c.doc_id in source]
        judged = [place for place, c in enumerate(known) if c.judged]
        if not judged:
            continue
        held = [c.doc_id for c in known]
        above = set(held)
        listed = [doc_ids[row] for row in of.listed.tolist()]
        below = [doc_id for doc_id in listed if doc_id not in above]
        whole = (*held, *below[: max(depth - len(held), 0)])
        found.append(
            ShownList(
                whole=CandidateList(one.query_id, one.query, whole, one.context),
                judged=judged,
                relevant=np.array([known[place].gain > 0 for place in judged], dtype=bool),
                group=one.group,
            )
        )
    if not found:
        raise InputError(
            "labels to calibrate on",
            must="lists with judged documents of the index",
            got=f"{len(lists)} lists, none such",
            do="Index the corpus that the agents searched.",
        )
    return found
