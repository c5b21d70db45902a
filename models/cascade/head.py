"""How far down a list the second ranker looks, from the first one's scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrat_rank.collections import rank_by_score
from lrat_rank.errors import InputError
from lrat_rank.models.cascade.options import CascadeOptions
from lrat_rank.models.ranker import CandidateList, FloatArray


def head_of(one: CandidateList, scores: FloatArray, options: CascadeOptions) -> list[int]:
    """Positions of the documents the second ranker looks at, the first ranker's best first.

    They are fewer than the options say where the list's account allows no more, and the account is
    told.
    """
    head = _whole_head(one, scores, options)
    if one.account is None or one.account.most_read is None:
        return head
    most = max(one.account.most_read, 1)
    one.account.shortened = len(head) > most
    return head[:most]


def _whole_head(one: CandidateList, scores: FloatArray, options: CascadeOptions) -> list[int]:
    position = {doc_id: number for number, doc_id in enumerate(one.doc_ids)}
    best = rank_by_score(one.doc_ids, scores.tolist(), depth=options.depth)
    head = [position[hit.doc_id] for hit in best]
    if options.margin is None or len(head) <= options.keep:
        return head
    behind = scores[head[options.keep - 1]] - scores[head[options.keep :]]
    return head[: options.keep + int((behind < options.margin).sum())]


def margin_for_budget(
    scores: Sequence[FloatArray], *, keep: int, depth: int, budget: float
) -> float:
    """The widest margin under which the second ranker reads at most `budget` documents a list.

    Args:
        scores: The first ranker's, one float array a list.
        keep: As in `CascadeOptions`.
        depth: As in `CascadeOptions`.
        budget: Mean documents a list over these lists, ≥ the mean that `keep` alone takes.

    Returns:
        The gap behind the `keep`-th document of the first document that the budget cannot pay for.

    Raises:
        InputError: The budget does not pay for `keep` documents a list.

    Two lists, two documents kept of each; five in all are paid for, so the nearest third one is in.

    >>> lists = [np.array([9.0, 8.0, 7.5, 7.0]), np.array([5.0, 4.0, 1.0])]
    >>> margin_for_budget(lists, keep=2, depth=4, budget=2.5)
    1.0
    """
    kept = sum(min(len(one), keep) for one in scores)
    paid = int(np.floor(budget * len(scores) + 1e-9)) - kept
    if paid < 0:
        raise InputError(
            "pair budget",
            must=f"at least the {kept / len(scores):.3g} documents a list that are always read",
            got=f"{budget:g}",
        )
    gaps = [np.empty(0)]
    for one in scores:
        best = np.sort(np.asarray(one, dtype=np.float64))[::-1][:depth]
        if len(best) > keep:
            gaps.append(best[keep - 1] - best[keep:])
    behind = np.sort(np.concatenate(gaps))
    if paid < len(behind):
        return float(behind[paid])
    return float(np.nextafter(behind[-1], np.inf)) if len(behind) else 0.0
