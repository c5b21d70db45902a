"""Measures on real-valued gains, as pure functions of padded arrays.

Every function takes `gains`, float64 (lists, depth) ≥ 0, each row in ranked order and padded with
0, and gives float64 (lists,). Padding, and documents without gain at the end, change no bit of a
value: sums run from the first rank to the last. A list without any positive gain has the value 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lrat_rank.errors import InputError

FloatArray = NDArray[np.float64]


def dcg(gains: ArrayLike, *, cutoff: int | None = None) -> FloatArray:
    """Discounted cumulative gain: Σ_r g_r / log2(r + 1), in the unit of the gains.

    The gain is taken as it is, as trec_eval and scikit-learn do, and not as 2^g − 1.

    Source: Järvelin and Kekäläinen (TOIS 2002), with the discount log2(r + 1) that trec_eval uses.

    >>> dcg([[3.0, 0.0, 0.5]]).tolist(), dcg([[3.0, 0.0, 0.5]], cutoff=2).tolist()
    ([3.25], [3.0])
    """
    kept = _kept(gains, cutoff)
    return _total(kept / np.log2(_ranks(kept) + 1))


def ndcg(gains: ArrayLike, ideal: ArrayLike, *, cutoff: int | None = None) -> FloatArray:
    """DCG over the DCG of the best order, in [0, 1].

    Args:
        gains: As above.
        ideal: (lists, any width) all gains of each list, the documents that were not retrieved
            among them; in any order, padded with 0.
        cutoff: Ranks that count, in both; all when None.

    Source: Järvelin and Kekäläinen (TOIS 2002).

    >>> ndcg([[0.0, 0.5]], [[0.5, 0.0]]).round(4).tolist()
    [0.6309]
    """
    return _ratio(dcg(gains, cutoff=cutoff), dcg(_best_order(ideal), cutoff=cutoff))


def average_precision(
    gains: ArrayLike, ideal: ArrayLike, *, cutoff: int | None = None
) -> FloatArray:
    """Average precision with gains, in [0, 1]: AP where every gain is 0 or 1.

    Σ_r I(g_r > 0)·(g_1 + … + g_r)/r, over the same sum of the best order. A cutoff cuts the first
    sum only, as it does in trec_eval's map_cut.

    Args:
        gains: As above.
        ideal: As in `ndcg`.
        cutoff: Ranks that count; all when None.

    Source: Kishida, "Property of Average Precision and its Generalization" (NII Technical Report
    NII-2005-014E, 2005), in the form that is divided by its ideal.

    >>> average_precision([[0.5, 0.0, 1.0]], [[1.0, 0.5]]).round(4).tolist()
    [0.5714]
    """
    return _ratio(_sum_of_means(_kept(gains, cutoff)), _sum_of_means(_best_order(ideal)))


def err(gains: ArrayLike, *, max_gain: float, cutoff: int | None = None) -> FloatArray:
    """Expected reciprocal rank, in [0, 1): where a reader stops who is satisfied by chance.

    Σ_r (1/r)·R_r·Π_{i<r} (1 − R_i), with R = (2^g − 1) / 2^max_gain.

    Args:
        gains: As above, at most `max_gain`.
        max_gain: The gain that satisfies with probability 1 − 2^−max_gain. gdeval has 4.
        cutoff: Ranks that count; all when None.

    Raises:
        InputError: A gain is above `max_gain`.

    Source: Chapelle, Metzler, Zhang and Grinspan (CIKM 2009).

    >>> err([[1.0, 2.0]], max_gain=2).tolist()
    [0.53125]
    """
    kept = _kept(gains, cutoff)
    _check_highest(kept.max(initial=0.0), max_gain)
    # (2^g − 1)/2^m as 2^(g−m)·(1 − 2^−g): nothing overflows, and tiny gains keep their digits.
    stops = np.exp2(kept - max_gain) * -np.expm1(-kept * np.log(2))
    reached = np.ones_like(stops)
    reached[:, 1:] = np.cumprod(1 - stops[:, :-1], axis=1)
    return _total(stops * reached / _ranks(kept))


def rbp(gains: ArrayLike, *, p: float, max_gain: float, cutoff: int | None = None) -> FloatArray:
    """Rank-biased precision, in [0, 1]: (1 − p)·Σ_r p^(r−1)·g_r/max_gain.

    Args:
        gains: As above, at most `max_gain`.
        p: Probability of reading on, in (0, 1).
        max_gain: The gain that counts 1.
        cutoff: Ranks that count; all when None.

    Raises:
        InputError: A gain is above `max_gain`.

    Source: Moffat and Zobel (TOIS 2008), with gains where they have relevance in [0, 1].

    >>> rbp([[1.0, 0.0, 2.0]], p=0.5, max_gain=2).tolist()
    [0.375]
    """
    kept = _kept(gains, cutoff)
    _check_highest(kept.max(initial=0.0), max_gain)
    return (1 - p) * _total(p ** (_ranks(kept) - 1) * (kept / (max_gain or 1.0)))


def _check_highest(highest: float, max_gain: float) -> None:
    if highest > max_gain:
        raise InputError(
            "max_gain", must=f"the highest gain ({highest:g}) or more", got=f"{max_gain:g}"
        )


def _kept(gains: ArrayLike, cutoff: int | None) -> FloatArray:
    return np.asarray(gains, dtype=np.float64)[:, :cutoff]


def _ranks(gains: FloatArray) -> FloatArray:
    return np.arange(1.0, gains.shape[1] + 1)


def _total(terms: FloatArray) -> FloatArray:
    """Sums of rows, added from the first to the last: `sum` would add in an order of its own."""
    if not terms.shape[1]:
        return np.zeros(len(terms))
    last: FloatArray = np.cumsum(terms, axis=1)[:, -1]
    return last


def _best_order(ideal: ArrayLike) -> FloatArray:
    return -np.sort(-np.asarray(ideal, dtype=np.float64), axis=1)


def _sum_of_means(gains: FloatArray) -> FloatArray:
    """Σ_r I(g_r > 0)·mean(g_1 … g_r)."""
    return _total(np.where(gains > 0, np.cumsum(gains, axis=1) / _ranks(gains), 0.0))


def _ratio(found: FloatArray, best: FloatArray) -> FloatArray:
    ratio: FloatArray = np.divide(found, best, out=np.zeros_like(best), where=best > 0)
    return ratio
