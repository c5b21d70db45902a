"""What the figures of the bias audit come to, in sentences, "too few to tell" among them."""

from __future__ import annotations

from dataclasses import replace

from lrat_rank.analysis.bias.browse_rates import ALPHA, SpreadTest
from lrat_rank.analysis.bias.examination import FAIR, ExaminationEstimate

_SMALLEST_P = 1e-12
_SOURCES = {
    "randomised": "lists whose order was drawn at random",
    "harvested": "documents that one query showed at several ranks",
}


def uniform_verdict(test: SpreadTest) -> SpreadTest:
    """The test against equal rates, with its sentence."""
    if not test.enough:
        return replace(test, verdict=_too_few(test, "whether all ranks are browsed alike"))
    if test.p is not None and test.p < ALPHA:
        return replace(
            test,
            verdict=f"Ranks are not browsed alike ({_numbers(test)}). This alone is no bias: a "
            "good search puts what is worth opening first.",
        )
    return replace(test, verdict=f"No sign that some ranks are browsed more ({_numbers(test)}).")


def matched_verdict(test: SpreadTest, basis: str) -> SpreadTest:
    """The test among documents of equal relevance, with its sentence."""
    question = f"whether relevance (known from {basis}) explains the browses by rank"
    if test.p is None:
        return replace(
            test,
            verdict=f"Too few to tell {question}: no list has equally relevant documents of which "
            f"some were browsed and some not; about {test.needed} such browses would be needed.",
        )
    if not test.enough:
        return replace(test, verdict=_too_few(test, question))
    if test.p < ALPHA:
        return replace(
            test,
            verdict=f"Equally relevant documents are browsed differently by rank "
            f"({_numbers(test)}; relevance from {basis}). It may be position bias; it may be that "
            "documents called equally relevant here are not.",
        )
    return replace(
        test,
        verdict=f"Equally relevant documents are browsed alike at all ranks ({_numbers(test)}; "
        f"relevance from {basis}). A bias that all runs share would not show here.",
    )


def examination_verdict(estimate: ExaminationEstimate) -> ExaminationEstimate:
    """The estimate, with its sentence."""
    return replace(estimate, verdict=_examination(estimate))


def _examination(estimate: ExaminationEstimate) -> str:
    source = _SOURCES[estimate.method]
    if not estimate.units:
        return f"Too few to tell examination from {source}: there are none."
    if not 1 / FAIR <= estimate.mean_weight <= FAIR:
        return (
            f"Examination cannot be told from {source}: the inverse-propensity weights average "
            f"{estimate.mean_weight:.2f}, and right propensities make it 1."
        )
    facts = f"{estimate.browses} browses of {estimate.impressions} such impressions"
    if not estimate.enough:
        if 1 not in estimate.untold:
            return f"Too few to tell examination from {source}: rank 1 was never among them."
        return (
            f"Too few to tell examination from {source}: {facts}; about {estimate.needed} such "
            "browses would be needed."
        )
    values = zip(estimate.ranks, estimate.examination, estimate.low, estimate.high, strict=True)
    told = ", ".join(
        f"rank {rank} {value:.2f} [{low:.2f}, {high:.2f}]"
        for rank, value, low, high in values
        if rank > 1
    )
    rest = ""
    if estimate.untold:
        ranks = "rank " + ", ".join(map(str, estimate.untold))
        rest = f" Too few to tell for {ranks}: about {estimate.needed} browses would tell one more."
    return f"Looked at as often as rank 1, from {source}: {told} ({facts}).{rest}"


def _too_few(test: SpreadTest, question: str) -> str:
    # No p-value: it cannot be trusted, and a small one would be read as an effect.
    return (
        f"Too few to tell {question}: {test.browses} browses that compare ranks; about "
        f"{test.needed} would be needed."
    )


def _numbers(test: SpreadTest) -> str:
    return f"χ² = {test.statistic:.1f}, {test.degrees} degrees of freedom, {_p(test.p)}"


def _p(p: float | None) -> str:
    if p is None:
        return "no p-value"
    return f"p = {p:.2g}" if p >= _SMALLEST_P else f"p < {_SMALLEST_P:g}"
