"""What the statistics of one run against the baseline give back, refusals included."""

from __future__ import annotations

from dataclasses import dataclass

from lrat_rank.eval.statistics.intervals import Interval
from lrat_rank.eval.statistics.options import Correction


@dataclass(frozen=True, slots=True)
class TestResult:
    """The outcome of one paired test.

    Attributes:
        p: p-value; None when the test was refused.
        p_holm: The same after Holm's correction over its family.
        p_bh: The same after Benjamini and Hochberg's.
        refusal: Why there is no p-value; empty when there is one.
    """

    __test__ = False

    p: float | None
    p_holm: float | None = None
    p_bh: float | None = None
    refusal: str = ""

    def corrected(self, correction: Correction) -> float | None:
        """The p-value under a correction; None when the test was refused.

        >>> TestResult(0.02, p_holm=0.04, p_bh=0.03).corrected("bh")
        0.03
        """
        return {"holm": self.p_holm, "bh": self.p_bh, "none": self.p}[correction]


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Whether a difference is too small to matter.

    Attributes:
        margin: Differences within ± this much do not matter.
        interval: 90 % t interval of the difference; NaN where the test was refused.
        test: Two one-sided t-tests; a small p says that the difference lies within the margin.
    """

    margin: float
    interval: Interval
    test: TestResult


@dataclass(frozen=True, slots=True)
class EffectSize:
    """The difference beside its spread over queries; None and NaN where refused.

    Attributes:
        cohens_d: Mean difference in standard deviations of the differences (d_z).
        hedges_g: The same without its bias on few queries.
        interval: 95 % interval of the effect, from the noncentral t.
        rank_biserial: Effect size of Wilcoxon's test, in [−1, 1].
        refusal: Why something is missing; empty when nothing is.
    """

    cohens_d: float | None
    hedges_g: float | None
    interval: Interval
    rank_biserial: float | None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Power:
    """What a two-sided paired t-test at α = .05 finds with 80 % power; None where refused.

    Attributes:
        detectable_difference: The smallest, with as many queries of the spread seen.
        queries_needed: For a difference and spread as seen.
        refusal: Why something is missing; empty when nothing is.
    """

    detectable_difference: float | None
    queries_needed: int | None
    refusal: str = ""
