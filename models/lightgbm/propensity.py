"""Lists corrected for the ranks that agents hardly look at, by known propensities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.mining.examination import ExaminationTable
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.ranker import FloatArray
from lrat_rank.models.usable_lists import UsableList


def check_shown_ranks(lists: Iterable[LabelledList], way: str = "position debiasing") -> None:
    """Refuse lists that were joined from several: their ranks are places nobody was shown.

    Args:
        lists: The labels.
        way: How positions are to be corrected, for the message.

    Raises:
        InputError: There is one.
    """
    for labelled in lists:
        if any(candidate.evidence.merged for candidate in labelled.candidates):
            raise InputError(
                f"labels for {way}",
                must="lists as they were shown",
                got="a list joined from several, whose ranks nobody was shown",
                where=f"query_id {labelled.query_id!r}",
                do=f"Train on the labels before the merge, or without {way}.",
            )


def check_not_corrected(lists: Iterable[LabelledList], way: str = "position debiasing") -> None:
    """Refuse lists whose gains were divided by examination when they were mined.

    Args:
        lists: The labels.
        way: How positions are to be corrected, for the message.

    Raises:
        InputError: There is one.
    """
    for labelled in lists:
        if any(candidate.evidence.examination is not None for candidate in labelled.candidates):
            raise InputError(
                f"labels for {way}",
                must="not corrected for position yet",
                got="gains that mining divided by the examination of their rank",
                where=f"query_id {labelled.query_id!r}",
                do=f"Leave {way} out here, or the examination table in mining.",
            )


def correct_for_examination(
    lists: Sequence[UsableList], table: ExaminationTable, *, cutoff: int
) -> list[UsableList]:
    """Gains and list weights as if every rank were looked at alike, in expectation.

    A gain at rank k is divided by the examination of k. That alone would do nothing for a list with
    one positive: ΔNDCG is divided by the list's ideal DCG, in which the factor cancels. So the
    list's weight is multiplied by how much its ideal DCG@k grew, and what a document contributes
    to Σ weight · ΔDCG / (ideal DCG of the gains as they were) is g/p of that document. List
    weights then are scaled back to the mean they had. Row weights would not do: the two ends of a
    pair would weigh differently.

    Args:
        lists: Usable lists as they were shown, ranks from 1.
        table: Examination by rank.
        cutoff: The k of the ideal DCG.

    Source: Joachims, Swaminathan and Schnabel, "Unbiased Learning-to-Rank with Biased Feedback",
    WSDM 2017, equations 5 and 11.
    """
    if not lists:
        return []
    gains = [one.gains * np.array([table.weight(k) for k in one.ranks.tolist()]) for one in lists]
    grown = [
        one.weight * ideal_dcg(new, cutoff) / ideal_dcg(one.gains, cutoff)
        for one, new in zip(lists, gains, strict=True)
    ]
    back = sum(one.weight for one in lists) / sum(grown)
    return [
        replace(one, gains=new, weight=weight * back)
        for one, new, weight in zip(lists, gains, grown, strict=True)
    ]


def ideal_dcg(gains: FloatArray, cutoff: int) -> float:
    """The largest Σ g / log2(1 + rank) over the first `cutoff` ranks.

    >>> ideal_dcg(np.array([0.0, 3.0, 1.0]), 1)
    3.0
    """
    best = np.sort(gains)[::-1][:cutoff]
    return float(best @ (1 / np.log2(np.arange(2, len(best) + 2))))
