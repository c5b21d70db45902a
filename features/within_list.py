"""Where a candidate stands in its list, by every score there is.

Each form of each score is a feature of its own, declared here from the score's declaration.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np

# The modules that declare the scores; forms can be declared once those are.
from lrat_rank.features import dense, first_stage, late_interaction, lexical
from lrat_rank.features.block import CandidateBlock
from lrat_rank.features.forward import FloatArray
from lrat_rank.features.list_forms import ListForms
from lrat_rank.features.spec import FEATURES, Feature, FeatureSpec, Group, Need, feature

SCORES = {
    "bm25": "bm25_score",
    "dense": "text_cosine",
    "rrf": "rrf_score",
    "title_bm25": "title_bm25",
    "text_bm25": "text_bm25",
    "text_dirichlet": "text_dirichlet",
    "title_cosine": "title_cosine",
    "maxsim": "maxsim",
    "sentence": "best_sentence_cosine",
    "window": "best_window_cosine",
}
"""What a score's forms are called → the feature that is the score."""

DECLARED_IN = (first_stage, lexical, dense, late_interaction)
"""Where the scores come from."""

_FEW = "fewer than two candidates are scored"


def forms(block: CandidateBlock, score: str) -> ListForms:
    """A score's forms in a block, computed once; `score` is a key of `SCORES`."""
    found = block.forms.get(score)
    if found is None:
        values = FEATURES.get(SCORES[score]).of(block).astype(np.float64)
        found = block.forms[score] = ListForms(values, block.offsets)
    return found


def _add(
    score: str,
    suffix: str,
    summary: str,
    unit: str,
    bounds: tuple[float, float],
    compute: Callable[[CandidateBlock], FloatArray],
    *,
    of_list: bool = False,
) -> None:
    base = FEATURES.get(SCORES[score]).spec
    name = f"{score}_{suffix}"
    compute.__doc__ = summary.format(f"`{base.name}`")
    compute.__module__ = __name__
    spec = FeatureSpec(
        name=name,
        group=Group.WITHIN_LIST,
        unit=unit,
        range=bounds,
        higher_is_better=None if of_list else True,
        missing=_FEW if of_list else base.missing,
        needs=base.needs,
    )
    FEATURES.add(name, Feature(spec, compute))


def _add_forms(score: str) -> None:
    unit = FEATURES.get(SCORES[score]).spec.unit
    low, high = FEATURES.get(SCORES[score]).spec.range
    _add(
        score,
        "z",
        "{}, standardised over the list; 0 where the list has no spread.",
        "standard deviations",
        (-inf, inf),
        lambda block: forms(block, score).z_scores,
    )
    _add(
        score,
        "list_rank",
        "1 / rank by {} in the list; equal scores share the best rank.",
        "1/rank",
        (0.0, 1.0),
        lambda block: np.reciprocal(forms(block, score).ranks),
    )
    _add(
        score,
        "margin",
        "{} less that of the best candidate in the list.",
        unit,
        (low - high, 0.0),
        lambda block: forms(block, score).margins,
    )


def _add_confidence(score: str) -> None:
    _add(
        score,
        "lead",
        "How far the best candidate by {} is ahead of the second; alike for the whole list.",
        "standard deviations",
        (0.0, inf),
        lambda block: block.per_list(forms(block, score).lead),
        of_list=True,
    )
    _add(
        score,
        "entropy",
        "Evenness of {} over the list: the entropy of a softmax over its standardised scores.",
        "share of the highest",
        (0.0, 1.0),
        lambda block: block.per_list(forms(block, score).entropy),
        of_list=True,
    )


for _score in SCORES:
    _add_forms(_score)
for _score in ("bm25", "dense", "rrf"):
    _add_confidence(_score)


def _disagreement(name: str, low: float) -> FeatureSpec:
    return FeatureSpec(
        name=name,
        group=Group.WITHIN_LIST,
        unit="ln of ranks",
        range=(low, inf),
        higher_is_better=None,
        missing="the document has no vector",
        needs=(Need.TERMS, Need.VECTORS),
    )


@feature(_disagreement("stage_rank_difference", -inf))
def stage_rank_difference(block: CandidateBlock) -> FloatArray:
    """Ln of the rank by cosine in the list less that by BM25: above 0 where BM25 ranks higher."""
    difference: FloatArray = np.log(forms(block, "dense").ranks) - np.log(
        forms(block, "bm25").ranks
    )
    return difference


@feature(_disagreement("stage_rank_distance", 0.0))
def stage_rank_distance(block: CandidateBlock) -> FloatArray:
    """How far apart the list's ranks by cosine and by BM25 are, whichever is the higher."""
    return np.abs(stage_rank_difference(block))
