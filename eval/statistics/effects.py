"""Effect sizes: how large a difference is beside its spread over queries, without a unit."""

from __future__ import annotations

import math

import numpy as np
import scipy
from numpy.typing import NDArray

from lrat_rank.errors import InputError
from lrat_rank.eval.statistics.differences import check_enough, check_spread, standard_error
from lrat_rank.eval.statistics.intervals import CONFIDENCE, Interval

_LARGEST_T = 100_000


def cohens_d(differences: NDArray[np.float64]) -> float:
    """Cohen's d_z: the mean difference in standard deviations of the differences.

    Args:
        differences: (queries,), run minus baseline.

    Raises:
        InputError: Fewer than two queries, or every query differs by the same amount.

    Source: Cohen, Statistical Power Analysis for the Behavioral Sciences (1988), section 2.3.5.

    >>> cohens_d(np.array([1.0, 2.0, 3.0]))
    2.0
    """
    check_spread(differences, of="an effect size")
    return float(differences.mean() / differences.std(ddof=1))


def hedges_g(differences: NDArray[np.float64]) -> float:
    """d_z without its bias upwards on few queries: times Γ(m/2) / (√(m/2) Γ((m−1)/2)), m = n − 1.

    Args:
        differences: (queries,), run minus baseline.

    Raises:
        InputError: Fewer than three queries, or every query differs by the same amount.

    Source: Hedges, "Distribution theory for Glass's estimator of effect size", Journal of
    Educational Statistics 6 (1981), equation 6e.

    >>> round(hedges_g(np.array([1.0, 2.0, 3.0])), 6)
    1.128379
    """
    check_enough(differences, least=3)
    m = len(differences) - 1
    log_factor = (
        scipy.special.gammaln(m / 2) - scipy.special.gammaln((m - 1) / 2) - math.log(m / 2) / 2
    )
    return cohens_d(differences) * math.exp(log_factor)


def effect_interval(
    differences: NDArray[np.float64], *, confidence: float = CONFIDENCE
) -> Interval:
    """Interval of the effect size among all queries like these, from the noncentral t.

    Its ends are the effects under which a t as large, or as small, as the one seen has probability
    (1 − confidence)/2. Exact where differences are normal.

    Args:
        differences: (queries,), run minus baseline.
        confidence: In (0, 1).

    Raises:
        InputError: Fewer than two queries, every query differs by the same amount, or so nearly
            that the noncentral t cannot be computed (a t beyond 100,000).

    Source: Steiger and Fouladi, "Noncentrality interval estimation", in What If There Were No
    Significance Tests? (1997).

    >>> [round(end, 4) for end in effect_interval(np.array([1.0, 2.0, 3.0]))]
    [-0.1416, 4.1055]
    """
    check_spread(differences, of="an effect size")
    freedom = len(differences) - 1
    t = float(differences.mean()) / standard_error(differences)
    if abs(t) > _LARGEST_T:
        raise InputError(
            "t of an effect size's interval", must=f"within ± {_LARGEST_T:,}", got=f"{t:.3g}"
        )
    tail = (1 - confidence) / 2
    root = math.sqrt(len(differences))
    low, high = (_noncentrality(t, freedom, share) / root for share in (1 - tail, tail))
    return Interval(low, high)


def _noncentrality(t: float, freedom: int, share: float) -> float:
    """The noncentrality under which a share of the distribution lies below `t`."""

    def excess(noncentrality: float) -> float:
        below = float(scipy.stats.nct.cdf(t, freedom, noncentrality))
        if math.isnan(below):
            # scipy gives up on some arguments far in a tail, where the share is 0 or 1.
            below = float(noncentrality < t)
        return below - share

    reach = 4 * math.sqrt(1 + t * t / (2 * freedom))
    while excess(t - reach) < 0 or excess(t + reach) > 0:
        reach *= 2
    return float(scipy.optimize.brentq(excess, t - reach, t + reach))


def rank_biserial(differences: NDArray[np.float64]) -> float:
    """Matched-pairs rank-biserial correlation: the effect size of Wilcoxon's test, in [−1, 1].

    Of the sum of the ranks of absolute differences, the share on queries that the run wins minus
    the share on those that it loses; ranks and zeros as in `wilcoxon_test`.

    Args:
        differences: (queries,), run minus baseline.

    Raises:
        InputError: No query with a difference.

    Source: Kerby, "The simple difference formula", Comprehensive Psychology 3 (2014).

    >>> rank_biserial(np.array([0.3, 0.2, -0.1]))
    0.6666666666666666
    """
    rounded = np.round(differences, 12)
    if not rounded.any():
        raise InputError(
            "differences of a rank correlation",
            must="other than 0 somewhere",
            got="0 on every query",
        )
    ranks = scipy.stats.rankdata(np.abs(rounded))
    return float((ranks * np.sign(rounded)).sum() / ranks[rounded != 0].sum())
