"""How much of a ranker to take beside the first stage, as validation lists say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrat_rank.models.blending.blend import blended
from lrat_rank.models.blending.choice import Choice, choose
from lrat_rank.models.ndcg import judged_ndcg
from lrat_rank.models.ranker import FloatArray
from lrat_rank.models.usable_lists import UsableList

GRID = tuple(round(0.1 * step, 1) for step in range(11))
"""Blends that are tried: 0 is the first stage alone, 1 the ranker alone."""


def learn_blend(
    lists: Sequence[UsableList],
    priors: Sequence[FloatArray],
    scores: Sequence[FloatArray],
    *,
    grid: Sequence[float] = GRID,
) -> tuple[float, Choice]:
    """The blend b of (1 − b)·z(prior) + b·z(score) with the best nDCG@10.

    0 stands unless the best is above the first stage by more than one standard error, paired by
    group.

    Args:
        lists: Validation lists.
        priors: First-stage scores float (documents,) of each list's `whole`.
        scores: The ranker's, aligned with them; of a ranker that did not train on the list.
        grid: Blends to try; 0 is put first where it is missing.

    Returns:
        The blend, and the figures of every blend tried.

    Raises:
        InputError: There is no list.
    """
    tried = list(dict.fromkeys((0.0, *grid)))
    wholes = [one.whole for one in lists]
    values = np.array(
        [
            [
                judged_ndcg(one, whole, blended(prior, score, share))
                for one, whole, prior, score in zip(lists, wholes, priors, scores, strict=True)
            ]
            for share in tried
        ]
    )
    choice = choose(values, [one.group for one in lists], [f"{share:g}" for share in tried])
    return tried[choice.place], choice
